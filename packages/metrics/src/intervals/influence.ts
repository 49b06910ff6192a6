import type { ClipEvaluator } from './clip-evaluator.ts'
import { ones } from './clip-evaluator.ts'

/** What one generated clip does to a distance. */
export interface ClipInfluence {
  /** Clip number as the features name it (position among the clips without `clipOfRow`). */
  clip: number
  /** The distance with this clip less the distance without it: positive when the clip makes the distance larger. */
  change: number
}

export interface Influences {
  /** Largest change of either sign first. */
  clips: ClipInfluence[]
  /** `leave-one-out`, or `first-order` where that many evaluations are out of reach. */
  method: 'leave-one-out' | 'first-order'
}

/**
 * Leave-one-out influence of every generated clip.
 *
 * @param ids clip numbers, in the evaluator's order
 * @param value the distance with all clips
 */
export async function leaveOneOut(
  evaluator: ClipEvaluator,
  ids: Int32Array,
  value: number,
  signal?: AbortSignal,
): Promise<Influences> {
  if (evaluator.withoutEach !== undefined) {
    const clips = Array.from(evaluator.withoutEach('generated'), (without, c) => ({
      clip: ids[c],
      change: value - without,
    }))
    return { clips: sorted(clips), method: 'leave-one-out' }
  }
  const weights = ones(evaluator.generatedClips)
  const clips: ClipInfluence[] = []
  for (let c = 0; c < weights.length; c++) {
    signal?.throwIfAborted()
    weights[c] = 0
    clips.push({ clip: ids[c], change: value - (await evaluator.value(weights)) })
    weights[c] = 1
  }
  return { clips: sorted(clips), method: 'leave-one-out' }
}

/**
 * The same to first order, from the rows' influences: leaving out a clip with n of N rows changes the distance by about
 * −Σψ/(N − n). What it misses, that fewer clips make every Fréchet distance larger, is nearly equal for all clips: the order
 * holds, the level does not.
 */
export function firstOrder(influence: Float64Array, ids: Int32Array, groupOfRow: Int32Array): Influences {
  const sums = new Float64Array(ids.length)
  const sizes = new Float64Array(ids.length)
  for (let i = 0; i < influence.length; i++) {
    sums[groupOfRow[i]] += influence[i]
    sizes[groupOfRow[i]]++
  }
  const clips = Array.from(ids, (clip, c) => ({ clip, change: sums[c] / (influence.length - sizes[c]) }))
  return { clips: sorted(clips), method: 'first-order' }
}

function sorted(clips: ClipInfluence[]): ClipInfluence[] {
  return clips.toSorted((a, b) => Math.abs(b.change) - Math.abs(a.change) || a.clip - b.clip)
}
