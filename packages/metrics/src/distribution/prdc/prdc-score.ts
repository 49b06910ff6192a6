import { checkSameDimension } from '../../features/feature-matrix.ts'
import { checkRows, type FeatureRows } from '../../features/feature-rows.ts'
import { trustFlags } from '../../features/trust-flags.ts'
import type { DistanceOptions, DistanceResult } from '../../recipes/distance-result.ts'
import { metricError } from '../../recipes/metric-error.ts'
import { type Balls, countsOf } from './balls.ts'
import { knownBalls } from './known-balls.ts'
import type { PrdcRecipe } from './prdc-recipe.ts'
import type { PrdcShare } from './prdc-shares.ts'

/**
 * Precision, recall, density or coverage under a recipe.
 *
 * @param where names the metric in errors
 * @throws KinemetricError `too-few` for a side of fewer than k + 1 rows, `shape-mismatch`, `not-finite` also for rows whose distances float32 or float16 cannot hold
 */
export async function prdcScore(
  where: string,
  share: PrdcShare,
  recipe: PrdcRecipe,
  generated: FeatureRows,
  reference: FeatureRows,
  options: DistanceOptions = {},
): Promise<DistanceResult> {
  const { k } = recipe
  const at = `${where} (${recipe.id}, k = ${k})`
  checkRows(generated, `${at}: generated`, k + 1)
  checkRows(reference, `${at}: reference`, k + 1)
  checkSameDimension(generated.dimension, reference.dimension, at)
  const balls = await knownBalls(recipe, generated, reference, options)
  for (const side of ['generated', 'reference'] as const) checkRadii(balls[side], `${at}: ${side}`, recipe)
  const own = balls[share.balls]
  const flags = trustFlags('pairs', generated, reference)
  const point = pointBalls(own)
  if (point !== undefined) flags.unshift(`${share.balls} side: ${point}`)
  return {
    value: share.of(countsOf(own), k),
    n: generated.rows,
    warnings: [...flags],
    flags,
    details: { dimension: generated.dimension, rows: { generated: generated.rows, reference: reference.rows } },
  }
}

/** @throws KinemetricError `not-finite` */
function checkRadii({ radii }: Balls, where: string, { rounding }: PrdcRecipe): void {
  const row = radii.findIndex((radius) => !Number.isFinite(radius))
  if (row < 0) return
  throw metricError('not-finite', where, {
    expected: `rows whose distances and squared lengths ${rounding === 'float16' ? 'float16' : 'float32'} can hold`,
    found: `none within reach of row ${row}`,
  })
}

/** What to say of balls without extent, as rows that are equal have them. */
function pointBalls({ radii, rule }: Balls): string | undefined {
  const none = radii.reduce((count, radius) => count + (radius === 0 ? 1 : 0), 0)
  if (none === 0) return undefined
  const rows = none === radii.length ? 'every row equals' : `${none} of ${radii.length} rows equal`
  return `${rows} ${rule.k} others or more, so that ${rule.edge === 'inside' ? 'only an equal row is' : 'nothing is'} in their balls`
}
