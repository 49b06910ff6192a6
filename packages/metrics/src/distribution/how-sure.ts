import type { Interval, ScoreDetails } from '@kinemetric/records'
import type { FeatureRows } from '../features/feature-rows.ts'
import { isGaussian, rowCount, type RowsOrGaussian } from '../features/rows-or-gaussian.ts'
import { ones, type ClipEvaluator } from '../intervals/clip-evaluator.ts'
import { distanceInterval } from '../intervals/distance-interval.ts'
import { extrapolate, type Extrapolation, extrapolationRefusal } from '../intervals/extrapolation.ts'
import { firstOrder, leaveOneOut, type Influences } from '../intervals/influence.ts'
import { errorOfEffects, FEWEST_UNITS, studentInterval, unitsOfEffects } from '../intervals/jackknife.ts'
import { once } from '../intervals/once.ts'
import { groupByClip } from '../intervals/units/clip-groups.ts'
import type { DistanceMetric, DistanceRecipe, RowInfluences } from '../spec/distance.ts'
import { floorOfFurther, floorOfHalves } from './floor-of-halves.ts'
import type { ScoreDistanceOptions } from './score-distance-options.ts'
import { unitEffects } from './unit-effects.ts'

/** A distance that was scored, and the rows that it is of: by clip, and by source video where several clips are of one. */
export interface ScoredDistance<R extends DistanceRecipe> {
  metric: DistanceMetric<R>
  recipe: R
  generated: RowsOrGaussian
  reference: RowsOrGaussian
  units: { generated: RowsOrGaussian; reference: RowsOrGaussian }
  value: number
}

/** What is known of a distance beside its value; what could not be had, with the reason. */
export interface HowSure {
  interval: Interval | null
  reason?: string | undefined
  error?: ScoreDetails['error']
  resamplingBias?: number | undefined
  floor?: ScoreDetails['floor']
  noFloor?: string | undefined
  extrapolation?: Extrapolation | undefined
  noExtrapolation?: string | undefined
  influence?: Influences | undefined
}

// An extrapolation is 15 evaluations and more.
const EXTRAPOLATION_SECONDS = 8
const INFLUENCE_SECONDS = 8

/** Interval, floor, extrapolation and influential clips of a distance, as far as they are wanted and can be had. */
export async function howSure<R extends DistanceRecipe>(
  scored: ScoredDistance<R>,
  options: ScoreDistanceOptions,
): Promise<HowSure> {
  const { generated, reference } = scored.units
  const wanted = options.interval !== false
  if (isGaussian(generated)) return without(wanted, 'statistics hold no clips')
  if (generated.clipOfRow === undefined) return without(wanted, 'rows name no clips')
  if (!isGaussian(reference) && reference.clipOfRow === undefined)
    return without(wanted, 'rows of the reference name no clips')
  const fewest = Math.min(generated.rows, rowCount(reference) ?? generated.rows)
  if (fewest < 3) return without(wanted, `n = ${fewest}: too few for an interval`)
  const rows = { generated, reference }
  const { distance } = scored.metric
  const evaluator = once(() => distance.evaluator(scored.recipe, generated, reference))
  const ofRows = distance.influences?.bind(distance)
  const influences = ofRows === undefined ? undefined : once(() => ofRows(scored.recipe, generated, reference))
  return {
    ...(wanted ? await intervalOf(scored, rows, await evaluator(), influences, options) : { interval: null }),
    ...(options.floor === false ? {} : await floorOf(scored, reference, options)),
    ...(distance.extrapolates && options.extrapolation !== false
      ? await extrapolationOf(generated, await evaluator(), options)
      : {}),
    ...((options.influential ?? 5) > 0 ? await influenceOf(scored, rows, evaluator, influences, options) : {}),
  }
}

function without(wanted: boolean, reason: string): HowSure {
  return { interval: null, ...(wanted ? { reason } : {}) }
}

/** Rows of both sides by source video; a reference of statistics is fixed. */
interface UnitSides {
  generated: FeatureRows
  reference: RowsOrGaussian
}

type Influencing = () => Promise<RowInfluences>

async function intervalOf<R extends DistanceRecipe>(
  { metric, recipe, value }: ScoredDistance<R>,
  { generated, reference }: UnitSides,
  evaluator: ClipEvaluator | undefined,
  influences: Influencing | undefined,
  options: ScoreDistanceOptions,
): Promise<Pick<HowSure, 'interval' | 'reason' | 'error' | 'resamplingBias'>> {
  const { kind, level = 0.95, paired = false, ...how } = options.interval === false ? {} : (options.interval ?? {})
  const { signal } = options
  if (kind === 'bootstrap' && evaluator !== undefined)
    return distanceInterval(evaluator, value, { ...how, level, paired, signal })
  if (evaluator === undefined && influences === undefined)
    return { interval: null, reason: 'too many rows, or too many of one clip, to leave out each clip in turn' }
  const { nominalSeconds } = how
  const effects = await unitEffects(metric.distance, recipe, generated, reference, {
    paired,
    evaluator,
    influences,
    nominalSeconds,
    signal,
  })
  const units = unitsOfEffects(effects)
  if (units < FEWEST_UNITS) return { interval: null, reason: `n = ${units}: too few for an interval` }
  const se = errorOfEffects(effects)
  if (!Number.isFinite(se)) return { interval: null, reason: 'without some unit there is no finite value' }
  if (se === 0) return { interval: null, reason: `the same value without each of ${units} units` }
  const { method, sides } = effects
  return { interval: studentInterval(value, se, units, level, method), error: { se, units, method, sides } }
}

async function floorOf<R extends DistanceRecipe>(
  { metric, recipe, value }: ScoredDistance<R>,
  reference: RowsOrGaussian,
  options: ScoreDistanceOptions,
): Promise<Pick<HowSure, 'floor' | 'noFloor'>> {
  if (metric.distance.noFloor !== undefined) return { noFloor: metric.distance.noFloor }
  if (isGaussian(reference)) return { noFloor: 'the reference is statistics, which have no halves' }
  const { floorFrom, interval, signal } = options
  const how = { seed: interval === false ? 0 : (interval?.seed ?? 0), signal }
  const floor =
    floorFrom === undefined
      ? await floorOfHalves(metric.distance, recipe, reference, how)
      : await floorOfFurther(metric.distance, recipe, reference, floorFrom, how)
  if (typeof floor === 'string') return { noFloor: floor }
  return { floor: { ...floor, atFloor: value <= floor.high.q95 } }
}

async function extrapolationOf(
  generated: FeatureRows,
  evaluator: ClipEvaluator | undefined,
  { extrapolation: asked, interval, signal }: ScoreDistanceOptions,
): Promise<Pick<HowSure, 'extrapolation' | 'noExtrapolation'>> {
  const refusal = extrapolationRefusal(generated)
  if (refusal !== undefined) return { noExtrapolation: refusal }
  if (evaluator === undefined) return { noExtrapolation: 'too many clips to hold' }
  if (asked !== true && 15 * evaluator.nominalSeconds > EXTRAPOLATION_SECONDS)
    return { noExtrapolation: 'it was not asked for, and costs much' }
  const seed = interval === false ? 0 : (interval?.seed ?? 0)
  return { extrapolation: await extrapolate(evaluator, generated, { seed, signal }) }
}

/** Influences are told by clip, also where the errors count source videos. */
async function influenceOf<R extends DistanceRecipe>(
  { metric: { distance }, recipe, generated, reference, units }: ScoredDistance<R>,
  rows: UnitSides,
  unitEvaluator: () => Promise<ClipEvaluator | undefined>,
  influences: Influencing | undefined,
  { signal }: ScoreDistanceOptions,
): Promise<Pick<HowSure, 'influence'>> {
  const clips = isGaussian(generated) ? rows.generated : generated
  const { ids, groupOfRow } = groupByClip(clips)
  // Two clips: leaving one out leaves a single one.
  if (ids.length < 3) return {}
  const evaluator = await (units.generated === generated
    ? unitEvaluator()
    : distance.evaluator(recipe, clips, reference))
  const affordable =
    evaluator !== undefined &&
    (evaluator.withoutEach !== undefined || ids.length * evaluator.nominalSeconds <= INFLUENCE_SECONDS)
  if (!affordable)
    return influences === undefined ? {} : { influence: firstOrder((await influences()).generated, ids, groupOfRow) }
  return { influence: await leaveOneOut(evaluator, ids, await evaluator.value(ones(ids.length)), signal) }
}
