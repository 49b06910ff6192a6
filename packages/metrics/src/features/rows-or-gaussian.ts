import type { FeatureRows } from './feature-rows.ts'
import type { Gaussian } from './statistics.ts'

/** One side of a distance: rows, or (where a distance takes such) a Gaussian already estimated. */
export type RowsOrGaussian = FeatureRows | Gaussian

/** Whether a side is statistics. */
export function isGaussian(side: RowsOrGaussian): side is Gaussian {
  return 'covariance' in side
}

/** Rows of a side; undefined for statistics that do not say. */
export function rowCount(side: RowsOrGaussian): number | undefined {
  return isGaussian(side) ? side.count : side.rows
}
