import { checkSameDimension } from '../../features/feature-matrix.ts'
import { checkRows } from '../../features/feature-rows.ts'
import { isGaussian, rowCount, type RowsOrGaussian } from '../../features/rows-or-gaussian.ts'
import { trustFlags } from '../../features/trust-flags.ts'
import type { DistanceResult } from '../../recipes/distance-result.ts'
import { metricError } from '../../recipes/metric-error.ts'
import type { JediRecipe } from './jedi-recipe.ts'
import { momentProducts, type MomentSide } from './second-moments.ts'

/** JEDi is printed a hundred times as large. */
export const JEDI_SCALE = 100

/**
 * JEDi of two sides, of rows or of statistics: 100·‖E[xxᵀ] − E[yyᵀ]‖² / d². Pairs of a row with itself are then counted; `unbiased` leaves them out, which
 * takes rows.
 *
 * @throws KinemetricError `too-few`, `shape-mismatch`, `not-finite`, `bad-option` for statistics where pairs of a row with itself are to be left out
 */
export async function jediScore(
  metric: string,
  recipe: JediRecipe,
  generated: RowsOrGaussian,
  reference: RowsOrGaussian,
): Promise<DistanceResult> {
  const where = `${metric} (${recipe.id})`
  const fewest = recipe.selfPairs === 'counted' ? 1 : 2
  if (!isGaussian(generated)) checkRows(generated, `${where}: generated`, fewest)
  if (!isGaussian(reference)) checkRows(reference, `${where}: reference`, fewest)
  const { dimension } = generated
  checkSameDimension(dimension, reference.dimension, where)
  const products = await momentProducts(generated, reference)
  let between = products.between
  if (recipe.selfPairs === 'left-out')
    between +=
      selfPairs(products.generated, `${where}: generated`) + selfPairs(products.reference, `${where}: reference`)
  const value = (JEDI_SCALE * between) / dimension ** 2
  if (!Number.isFinite(value))
    throw metricError('not-finite', where, {
      expected: 'features within the range of float64',
      found: `a distance of ${value}`,
    })
  const flags = trustFlags('pairs', generated, reference)
  const rows = { generated: rowCount(generated), reference: rowCount(reference) }
  const details: Record<string, unknown> = { dimension, rows }
  const warnings = [...flags]
  if (recipe.alsoAs !== undefined) {
    details.worldArena = Math.exp(-0.4 * value)
    warnings.unshift(`WorldArena prints exp(-0.4·JEDi): ${Math.exp(-0.4 * value).toPrecision(4)}, better when higher`)
  }
  return { value, n: rows.generated ?? 0, warnings, flags, details }
}

/** What leaving out the pairs of a row with itself adds: (mean of all pairs − mean of those) / (N − 1). @throws KinemetricError `bad-option` */
function selfPairs({ square, self, rows }: MomentSide, where: string): number {
  if (self !== undefined && rows !== undefined) return (square - self) / (rows - 1)
  throw metricError('bad-option', where, {
    expected: 'rows, whose pairs with themselves can be left out',
    found: 'statistics',
  })
}
