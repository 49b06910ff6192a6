import type { FeatureNeed } from '@kinemetric/networks'
import type { FeatureRows } from '../features/feature-rows.ts'
import type { RowsOrGaussian } from '../features/rows-or-gaussian.ts'
import type { Gaussian } from '../features/statistics.ts'
import type { ClipEvaluator } from '../intervals/clip-evaluator.ts'
import type { DistanceOptions, DistanceResult } from '../recipes/distance-result.ts'
import { metricError } from '../recipes/metric-error.ts'
import type { RecipeInfo } from '../recipes/recipe.ts'
import type { MetricSpec } from './metric-spec.ts'

/** What each row of a side does to the value: its first-order influence. */
export interface RowInfluences {
  generated: Float64Array
  reference: Float64Array | undefined
  /** Absent: of all rows with all others. `drawn-subsets`: of the subsets that a recipe draws, where all pairs would take minutes. */
  of?: 'drawn-subsets' | undefined
}

/** What a score takes on this machine. */
export interface DistanceCost {
  seconds: number
  /** Of what, in words. */
  of: string
}

/** A recipe of a distance: it names the features that it is of. */
export interface DistanceRecipe extends RecipeInfo {
  /** Where rows are made of tracklets, what says of which windows, by default. */
  need: FeatureNeed
}

/**
 * How one number is made of two sets of rows, and what its interval, extrapolation, influences and exchange test need. Fréchet and kernel distances are
 * two such; another kind is another file. `where` names metric and recipe in errors.
 */
export interface Distance<R extends DistanceRecipe = DistanceRecipe> {
  /** Whether the value has a bias in 1/N that a line through smaller sets shows. */
  extrapolates: boolean
  /** Its formula is of rows of any network: those of another than the recipe's are taken where the caller allows it, if both sides are of the same. */
  anyFeatures?: boolean
  /** Computed only where it is asked for by name, and not because the rows' dimension fits. */
  onlyNamed?: boolean
  /** Why halves of the reference say nothing of what a perfect generator gets. Absent: they do. */
  noFloor?: string
  /** Statistics as a recipe takes them. Absent: a side must be rows. @throws KinemetricError `recipe-mismatch` */
  statistics?(recipe: R, statistics: Gaussian, where: string): Gaussian
  /** @throws KinemetricError `too-few`, `shape-mismatch`, `not-finite`, and what the distance says itself */
  value(
    where: string,
    recipe: R,
    generated: RowsOrGaussian,
    reference: RowsOrGaussian,
    options?: DistanceOptions,
  ): Promise<DistanceResult>
  /** Values of resampled clips; undefined where there are too many to hold. */
  evaluator(recipe: R, generated: FeatureRows, reference: RowsOrGaussian): Promise<ClipEvaluator | undefined>
  /** Values of any choice of two methods' clips, stacked, against the whole reference; or why there are none. */
  exchangeEvaluator(
    where: string,
    recipe: R,
    stacked: FeatureRows,
    reference: RowsOrGaussian,
  ): Promise<ClipEvaluator | string>
  /**
   * What a score will take, where that grows with the square of the rows. Absent: it grows with the rows.
   * @param sure with interval and floor
   */
  cost?(recipe: R, generated: FeatureRows, reference: FeatureRows, sure: boolean): Promise<DistanceCost>
  /** Absent: there are none, and without an evaluator no error either. */
  influences?(recipe: R, generated: FeatureRows, reference: RowsOrGaussian): Promise<RowInfluences>
}

/** A metric that is a distance between sets of rows. */
export interface DistanceMetric<R extends DistanceRecipe = DistanceRecipe> extends MetricSpec<
  'features' | 'tracked-rows',
  R
> {
  distance: Distance<R>
}

/** The rows of a side that may not be statistics. @throws KinemetricError `bad-option` for statistics */
export function requireRows(side: RowsOrGaussian, name: string, where: string): FeatureRows {
  if (!('covariance' in side)) return side
  throw metricError('bad-option', where, {
    expected: `features of the ${name}`,
    found: 'statistics, which hold no pairs of rows',
  })
}
