import type { FeatureRows } from './feature-rows.ts'
import { isGaussian, rowCount, type RowsOrGaussian } from './rows-or-gaussian.ts'

/** Rows a dimension below which the number of rows makes most of a Fréchet distance. */
const ENOUGH_ROWS_PER_DIMENSION = 5

/** Whether a distance needs covariances (and is biased by few rows), or the pairs of rows alone. */
export type DistanceKind = 'covariances' | 'pairs'

/** What a reader has to know before trusting a distance: of its size first, then of how the rows hang together. */
export function trustFlags(kind: DistanceKind, generated: RowsOrGaussian, reference: RowsOrGaussian): string[] {
  return [...sizeFlags(kind, generated, reference), ...rowFlags(kind, generated, reference)]
}

/** Rows a dimension, of the smaller side; undefined where statistics do not say. */
export function rowsPerDimension(generated: RowsOrGaussian, reference: RowsOrGaussian): number | undefined {
  const counts = [rowCount(generated), rowCount(reference)].filter((count) => count !== undefined)
  return counts.length === 0 ? undefined : Math.min(...counts) / generated.dimension
}

function sizeFlags(kind: DistanceKind, generated: RowsOrGaussian, reference: RowsOrGaussian): string[] {
  const ratio = rowsPerDimension(generated, reference)
  if (kind === 'pairs' || ratio === undefined || ratio >= ENOUGH_ROWS_PER_DIMENSION) return []
  const d = generated.dimension
  const size = `${Math.round(ratio * d)} rows for ${d} dimensions, N/D ${ratio.toPrecision(2)}`
  return [ratio <= 1 ? `singular covariance: the value is mostly n (${size})` : `dominated by n (${size})`]
}

function rowFlags(kind: DistanceKind, generated: RowsOrGaussian, reference: RowsOrGaussian): string[] {
  const [a, b] = [rowCount(generated), rowCount(reference)]
  const flags =
    a === undefined || b === undefined || a === b ? [] : [`unequal N: ${a} rows generated, ${b} of the reference`]
  const alike = [generated, reference].flatMap((side) => (isGaussian(side) ? [] : unitsOfRows(side)))
  if (alike.length > 0) {
    const counts = kind === 'pairs' ? 'the value is not unbiased here, and N/D counts rows' : 'N/D counts rows'
    flags.push(`rows of one video are alike: ${counts} (${[...new Set(alike)].join(' and ')})`)
  }
  return flags
}

/** `377 rows of 29 units`, where a unit has several. */
function unitsOfRows({ rows, clipOfRow }: FeatureRows): string[] {
  const units = new Set(clipOfRow).size
  return clipOfRow === undefined || units === rows ? [] : [`${rows} rows of ${units} units`]
}
