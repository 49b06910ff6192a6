import type { FeatureRows } from '../features/feature-rows.ts'
import type { IntervalOptions } from '../intervals/distance-interval.ts'
import type { DistanceOptions } from '../recipes/distance-result.ts'
import type { SignatureValue } from '../recipes/signature.ts'

export interface DistanceIntervalOptions extends IntervalOptions {
  /** `jackknife` (default): leaving out each source video, Student's t. `bootstrap`: recentred percentiles, which reproduce older intervals. */
  kind?: 'jackknife' | 'bootstrap' | undefined
}

export interface ScoreDistanceOptions extends DistanceOptions {
  recipe?: string | undefined
  /** Interval over source videos; false for none. Default: leaving out each, or influences where that is out of reach. */
  interval?: DistanceIntervalOptions | false | undefined
  /** Extrapolation to infinitely many generated clips, Fréchet distances with 4 rows a dimension only. Default: when it is affordable. */
  extrapolation?: boolean | undefined
  /** Distance between halves of the reference: what a perfect generator gets. Default: when it is affordable. */
  floor?: boolean | undefined
  /** Further real clips of the reference's kind: the floor is then theirs, not that of halves. */
  floorFrom?: FeatureRows | undefined
  /** How many of the most influential clips go into the details; default 5, 0 for none. */
  influential?: number | undefined
  /** Names of the clips, by clip number, for the details. */
  clipNames?: readonly string[] | undefined
  /** Rows that name no clips are one a clip (features of whole clips). Default false: then they have no interval, floor or extrapolation. */
  rowsAreClips?: boolean | undefined
  /** The same rows by source video, where several clips are of one: what intervals and floors count. */
  byUnit?: { generated: FeatureRows; reference: FeatureRows } | undefined
  /** Told what the score will take before it is computed, where that is more than a minute on this machine. */
  onCost?: ((message: string) => void) | undefined
  /** What the recipe does not know (frames, size, weights digest), for the signature. */
  extra?: Readonly<Record<string, SignatureValue | undefined>> | undefined
}
