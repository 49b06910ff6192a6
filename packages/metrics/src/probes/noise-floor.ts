import type { ProbeNotes } from '@kinemetric/records'
import { quantile } from '../intervals/distance-interval.ts'
import { differenceOf, displacementsOf, furthest } from './object-track.ts'

/**
 * How far objects go apart between two samples of the same clip, seeds alone differing: the 95 % point of max_t |d_i(t) − d_j(t)| over all objects and pairs
 * of samples, pixels. A response below it is not told from the noise's.
 * @param notes of each clip, a sample each
 * @returns null where no clip has two samples
 */
export function noiseFloor(notes: readonly ProbeNotes[][]): { q95: number; objects: number } | null {
  const effects = notes.flatMap((samples) =>
    samples.flatMap((first, i) =>
      samples.slice(i + 1).flatMap((second) =>
        first.objects.flatMap(({ object, track }) => {
          const other = second.objects.find((each) => each.object === object)
          return other === undefined
            ? []
            : [furthest(differenceOf(displacementsOf(track), displacementsOf(other.track)))]
        }),
      ),
    ),
  )
  return effects.length === 0
    ? null
    : { q95: quantile(Float64Array.from(effects).sort(), 0.95), objects: effects.length }
}
