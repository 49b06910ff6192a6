import type { Interval, Score, ScoreDetails } from '@kinemetric/records'
import { isGaussian, rowCount, type RowsOrGaussian } from '../features/rows-or-gaussian.ts'
import { rowsPerDimension } from '../features/trust-flags.ts'
import type { Extrapolation } from '../intervals/extrapolation.ts'
import type { Influences } from '../intervals/influence.ts'
import { groupByClip } from '../intervals/units/clip-groups.ts'
import { findRecipe } from '../recipes/find-recipe.ts'
import { signature } from '../recipes/signature.ts'
import { costWarning } from '../spec/cost-warning.ts'
import type { DistanceMetric, DistanceRecipe } from '../spec/distance.ts'
import { labelOf } from '../spec/label-of.ts'
import { type HowSure, howSure } from './how-sure.ts'
import type { ScoreDistanceOptions } from './score-distance-options.ts'

/**
 * Score of a distribution metric: the value under a recipe, its interval over source videos, the floor that a perfect generator would have, the
 * extrapolation with its curve and the most influential clips, all from features that are already there. All of it is about the value expected at this
 * number of clips.
 *
 * @param generated features, or statistics where the distance takes such (then without interval, extrapolation and influence)
 * @throws KinemetricError as the metric itself, and `bad-option` for statistics given to one that takes none
 */
export async function scoreDistance<R extends DistanceRecipe>(
  metric: DistanceMetric<R>,
  generatedSide: RowsOrGaussian,
  referenceSide: RowsOrGaussian,
  options: ScoreDistanceOptions = {},
): Promise<Score> {
  const recipe = findRecipe(metric, options.recipe)
  const generated = options.rowsAreClips ? withRowsAsClips(generatedSide) : generatedSide
  const reference = options.rowsAreClips ? withRowsAsClips(referenceSide) : referenceSide
  const units = options.byUnit ?? { generated, reference }
  if (options.onCost !== undefined) {
    const sure = options.interval !== false || options.floor !== false
    const said = await costWarning(metric, recipe, units.generated, units.reference, sure)
    if (said !== undefined) options.onCost(said)
  }
  const found = await metric.distance.value(metric.id, recipe, units.generated, units.reference, options)
  // How much went in stands once, in sampleSize.
  const { dimension: _dimension, rows: _rows, clips: _clips, ...parts } = found.details
  const floorFrom = options.floorFrom && options.rowsAreClips ? withRowsAsClips(options.floorFrom) : options.floorFrom
  const scored = { metric, recipe, generated, reference, units, value: found.value }
  const sure = await howSure(scored, { ...options, floorFrom })
  const warnings = [...found.warnings, ...(sure.reason === undefined ? [] : [`no interval: ${sure.reason}`])]
  return {
    metric: metric.id,
    recipe: recipe.id,
    value: found.value,
    label: labelOf(metric),
    unit: metric.unit,
    better: metric.better,
    n: found.n,
    interval: withinRange(sure.interval, metric.range),
    signature: signature(metric, recipe.id, options.extra),
    ...(warnings.length > 0 ? { warnings } : {}),
    details: {
      ...parts,
      ...(found.flags.length === 0 ? {} : { flags: found.flags }),
      ...sizeDetails(generated, reference, units.generated),
      ...sureDetails(sure, found.value, options),
    },
  }
}

/** Every row a clip of its own, where rows name none. */
function withRowsAsClips<S extends RowsOrGaussian>(side: S): S {
  if (isGaussian(side) || side.clipOfRow !== undefined) return side
  return { ...side, clipOfRow: Int32Array.from({ length: side.rows }, (_, i) => i) }
}

function sureDetails(sure: HowSure, value: number, options: ScoreDistanceOptions): Partial<ScoreDetails> {
  return {
    ...(sure.error === undefined ? {} : { error: sure.error }),
    ...(sure.resamplingBias === undefined ? {} : { resamplingBias: sure.resamplingBias }),
    ...(sure.floor === undefined ? {} : { floor: sure.floor }),
    ...(sure.noFloor === undefined ? {} : { noFloor: sure.noFloor }),
    ...(sure.extrapolation === undefined ? {} : { extrapolation: curveDetails(sure.extrapolation) }),
    ...(sure.noExtrapolation === undefined ? {} : { noExtrapolation: sure.noExtrapolation }),
    ...(sure.influence === undefined ? {} : influenceDetails(sure.influence, value, options)),
  }
}

/** How many rows, clips and source videos went in; nothing where statistics do not say. */
function sizeDetails(
  generated: RowsOrGaussian,
  reference: RowsOrGaussian,
  byUnit: RowsOrGaussian,
): Pick<ScoreDetails, 'sampleSize' | 'units'> {
  const rows = { generated: rowCount(generated), reference: rowCount(reference) }
  if (rows.generated === undefined || rows.reference === undefined) return {}
  const clips = clipCount(generated)
  const units = clipCount(byUnit)
  return {
    sampleSize: {
      generated: rows.generated,
      reference: rows.reference,
      ...(clips === undefined ? {} : { clips }),
      dimension: generated.dimension,
      rowsPerDimension: rowsPerDimension(generated, reference),
    },
    ...(units === undefined || units === clips ? {} : { units }),
  }
}

/** Undefined where rows name none. */
function clipCount(side: RowsOrGaussian): number | undefined {
  return isGaussian(side) || side.clipOfRow === undefined ? undefined : groupByClip(side).ids.length
}

/** The curve as columns. */
function curveDetails({ value: intercept, curve, ...how }: Extrapolation): NonNullable<ScoreDetails['extrapolation']> {
  return { ns: curve.map((point) => point.clips), values: curve.map((point) => point.value), intercept, ...how }
}

/** An influence is what a clip adds; what is told is what its absence changes. */
function influenceDetails(
  { clips, method }: Influences,
  value: number,
  { influential = 5, clipNames }: ScoreDistanceOptions,
): Pick<ScoreDetails, 'influence'> & { influenceMethod: string } {
  const influence = clips.slice(0, influential).map(({ clip, change }) => ({
    clip: clipNames?.[clip] ?? String(clip),
    without: value - change,
    change: -change,
  }))
  return { influence, influenceMethod: method }
}

/** Student's interval may reach beyond what the definition allows: below 0, for a Fréchet distance. */
function withinRange(interval: Interval | null, [least, most]: readonly [number, number]): Interval | null {
  if (interval === null) return null
  return { ...interval, low: Math.max(least, interval.low), high: Math.min(most, interval.high) }
}
