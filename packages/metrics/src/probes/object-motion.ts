import type { ProbeTrack } from '@kinemetric/records'
import { metricError } from '../recipes/metric-error.ts'
import {
  angleBetween,
  type Displacements,
  displacementsOf,
  furthest,
  latestAt,
  lengthOf,
  onsetOfDisplacements,
} from './object-track.ts'

// How an object of a generated video moves beside the same object in the truth. Ours: InterDyn (Akkerman et al., CVPR 2025, section 4.3) shows force
// propagation in pictures only. docs/probes.md has the definitions.

/** Frames behind the onset over which a direction is taken: a single step is a pixel or two, within a tracker's error. */
const DIRECTION_FRAMES = 4

/** What an object does in a generated video against the truth. */
export interface ObjectMotion {
  /** Whether it is further than delta from its place at frame 0 in any later frame. */
  moved: { truth: boolean; generated: boolean }
  /** The first frame in which it is; null where it never is. */
  onset: { truth: number | null; generated: number | null }
  /** generated − truth, seconds (frames where the rate is not known); null unless both move. */
  onsetError: number | null
  /** The angle between the ways that both take from just before their own onset, degrees, 0..180; null unless both move. */
  directionError: number | null
  /** log2 of generated over true way of those frames: 0 for the same speed, 1 for twice as fast; null unless both move. */
  speedRatio: number | null
  /** Mean distance of both displacements from frame 1 on where both are seen, divided by the truth's furthest (at least delta); null where they never are. */
  pathError: number | null
}

/**
 * Compares an object's track with its true one. Only displacements from frame 0 count, so that the two may be of different points of the object.
 *
 * @param truth `[T]` [x, y] in pixels, null where it is not seen
 * @param generated likewise, of the same T
 * @param scale delta: pixels that count as no movement, above 0; fps: frames a second, null where it is not known
 * @throws KinemetricError `shape-mismatch`, `too-few` for a single frame, `bad-option`
 */
export function objectMotion(
  truth: ProbeTrack,
  generated: ProbeTrack,
  { delta, fps }: { delta: number; fps: number | null },
): ObjectMotion {
  if (truth.length !== generated.length)
    throw metricError('shape-mismatch', 'probes', {
      expected: `tracks of as many frames as the truth's ${truth.length}`,
      found: `${generated.length}`,
    })
  if (truth.length < 2) throw metricError('too-few', 'probes', { expected: 'tracks of two frames or more', found: '1' })
  if (!(delta > 0)) throw metricError('bad-option', 'probes', { expected: 'a delta above 0 pixels', found: `${delta}` })
  const [gt, gen] = [displacementsOf(truth), displacementsOf(generated)]
  const onset = { truth: onsetOfDisplacements(gt, delta), generated: onsetOfDisplacements(gen, delta) }
  const moved = { truth: onset.truth !== null, generated: onset.generated !== null }
  const both = onset.truth !== null && onset.generated !== null
  const [v, w] = both ? [wayFrom(gt, onset.truth ?? 1), wayFrom(gen, onset.generated ?? 1)] : [null, null]
  return {
    moved,
    onset,
    onsetError: onset.truth === null || onset.generated === null ? null : (onset.generated - onset.truth) / (fps ?? 1),
    directionError: v === null || w === null ? null : angleBetween(v, w),
    speedRatio: v === null || w === null ? null : ratioOf(lengthOf(w), lengthOf(v)),
    pathError: pathErrorOf(gt, gen, delta),
  }
}

/** From the frame before the onset to some frames behind it. */
function wayFrom(displacements: Displacements, onset: number): readonly [number, number] | null {
  const to = latestAt(displacements, Math.min(onset + DIRECTION_FRAMES, displacements.length - 1))
  const from = latestAt(displacements, onset - 1)
  return to === null || from === null ? null : [to[0] - from[0], to[1] - from[1]]
}

function ratioOf(generated: number, truth: number): number | null {
  return generated === 0 || truth === 0 ? null : Math.log2(generated / truth)
}

function pathErrorOf(truth: Displacements, generated: Displacements, delta: number): number | null {
  let sum = 0
  let frames = 0
  for (let t = 1; t < truth.length; t++) {
    const [a, b] = [truth[t], generated[t]]
    if (a === null || b === null) continue
    sum += Math.hypot(b[0] - a[0], b[1] - a[1])
    frames++
  }
  return frames === 0 ? null : sum / frames / Math.max(furthest(truth.slice(1)), delta)
}
