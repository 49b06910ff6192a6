import type { Tracklets } from '@kinemetric/networks'
import { motionFidelity, type MotionFidelityOptions } from './motion-fidelity.ts'
import { derangement } from './derangement.ts'

/** The tracklets of one clip on both sides. */
export interface TrackletPair {
  generated: Tracklets
  reference: Tracklets
}

export interface ShuffledBaseline {
  /** Mean over the clips. */
  value: number
  /** `[clips]` the value of generated clip i against reference clip `partners[i]` */
  values: Float64Array
  partners: Uint32Array
}

/**
 * The motion fidelity that unrelated motion gets on this very set: the generated clip i against the reference of another
 * clip j ≠ i. Best matches among a hundred tracklets find agreement in anything, so a score is only worth what it is
 * above this value.
 *
 * The pairing is one cycle through all clips, drawn by Sattolo's algorithm: no clip meets its own reference and every
 * reference is used once.
 *
 * @param pairs clips of one T
 * @param options the options of the score that this is the baseline of, and the seed of the pairing (default 0)
 * @throws KinemetricError `too-few` for fewer than two clips; all that `motionFidelity` throws
 */
export function shuffledBaseline(
  pairs: readonly TrackletPair[],
  options: MotionFidelityOptions & { seed?: number | undefined } = {},
): ShuffledBaseline {
  const partners = derangement(pairs.length, options.seed ?? 0)
  const values = new Float64Array(pairs.length)
  for (let i = 0; i < pairs.length; i++) {
    values[i] = motionFidelity(pairs[i].generated, pairs[partners[i]].reference, options).value
  }
  return { value: values.reduce((sum, value) => sum + value, 0) / values.length, values, partners }
}
