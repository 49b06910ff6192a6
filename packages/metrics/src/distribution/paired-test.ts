import { costWarning } from '../spec/cost-warning.ts'
import type { DistanceMetric, DistanceRecipe } from '../spec/distance.ts'
import type { MeasuredSet } from '../spec/measured-set.ts'
import type { Comparing, SetComparison } from '../spec/metric-spec.ts'
import { findRecipe } from '../recipes/find-recipe.ts'
import { metricError } from '../recipes/metric-error.ts'
import type { ClipEvaluator } from '../intervals/clip-evaluator.ts'
import { groupByClip, sameClips } from '../intervals/units/clip-groups.ts'
import { exchangeTest, type ExchangeTest, plannedExchanges } from '../intervals/exchange.ts'
import {
  differenceOfEffects,
  errorOfEffects,
  FEWEST_UNITS,
  studentInterval,
  type UnitEffects,
  unitsOfEffects,
} from '../intervals/jackknife.ts'
import { studentP, studentQuantile } from '../intervals/probability/student.ts'
import { checkSameDimension } from '../features/feature-matrix.ts'
import { checkRows, type FeatureRows, rowBlocks, rowsBetween, stackRows } from '../features/feature-rows.ts'
import { isGaussian, type RowsOrGaussian } from '../features/rows-or-gaussian.ts'
import { unitEffects } from './unit-effects.ts'
import { unitRows } from './unit-rows.ts'

export interface PairedTestOptions {
  recipe?: string | undefined
  /** Of the exchanges, default 0. */
  seed?: number | undefined
  /** Of the interval, default 0.95. */
  level?: number | undefined
  /** Level of the family and comparisons in it, default 0.05 and 1: they decide how few exchanges are worth making. */
  alpha?: number | undefined
  comparisons?: number | undefined
  /** Random exchanges, taken as given; default 9,999, fewer where they cost too much. */
  draws?: number | undefined
  /**
   * Work that the exchanges, and leaving out each unit, may take, in seconds of a machine of 50 GFLOP/s; default 30 each. The exchanges of a family take 120
   * at most.
   */
  nominalSeconds?: number | undefined
  signal?: AbortSignal | undefined
}

/**
 * Compares two methods that generated the same clips, by a distribution metric against one reference. Two tests, for two questions:
 *
 * Jackknife: are the distances expected at this number of clips equal? The difference without each unit, both methods and, where it is of the same units,
 * the reference losing it together, gives its error; Student's t with units − 1 degrees of freedom.
 *
 * Exchange: could each method have made the other's clips? See `exchangeTest`. It is exact at any size, but rejects far too often where two methods have
 * equal distances by different faults; the jackknife is only approximate for few units. So a claim needs both, and p is the larger.
 *
 * @param first,second features of the same clips (same `clipOfRow` numbers)
 * @param reference features, or statistics for FID and FVD
 * @throws KinemetricError `shape-mismatch` for other clips or dimensions, `too-few` for fewer than 2 clips, `bad-option` for rows that name no clips
 */
export async function pairedTest<R extends DistanceRecipe>(
  metric: DistanceMetric<R>,
  first: FeatureRows,
  second: FeatureRows,
  reference: RowsOrGaussian,
  options: PairedTestOptions = {},
): Promise<SetComparison> {
  const stacked = stackSides(metric.id, first, second, reference)
  const recipe = findRecipe(metric, options.recipe)
  const [a, b] = [
    await methodOf(metric, recipe, first, reference, options),
    await methodOf(metric, recipe, second, reference, options),
  ]
  return compareMethods(metric, recipe, [a, b], stacked, reference, options)
}

/** `compare` of the metrics that are distances: both methods' rows against the reference's, by source video. */
export async function compareRows<R extends DistanceRecipe>(
  metric: DistanceMetric<R>,
  own: MeasuredSet,
  other: MeasuredSet,
  recipe: R,
  { seeds, bootstrap, alpha, comparisons, draws, signal, onCost }: Comparing,
): Promise<SetComparison> {
  const options = { seed: seeds.bootstrap, level: bootstrap.level, alpha, comparisons, draws, signal }
  const reference = unitRows(await own.rows('reference'), own.clips)
  const [first, second] = [await rowsOf(own), await rowsOf(other)]
  const stacked = stackSides(metric.id, first, second, reference)
  const [a, b] = [
    await knownMethod(metric, recipe, own, { signal, onCost }),
    await knownMethod(metric, recipe, other, { signal, onCost }),
  ]
  const compared = await compareMethods(metric, recipe, [a, b], stacked, reference, options)
  return { ...compared, clips: new Set((await own.rows('generated')).clips).size }
}

/** One method's side of comparisons. */
interface Method {
  rows: FeatureRows
  value: number
  effects: UnitEffects
}

async function methodOf<R extends DistanceRecipe>(
  { id, distance }: DistanceMetric<R>,
  recipe: R,
  rows: FeatureRows,
  reference: RowsOrGaussian,
  { nominalSeconds = 30, signal }: PairedTestOptions,
): Promise<Method> {
  // An object of its own, so that what the distance keeps of it (factors, sums of pairs) goes with it.
  const side = { ...rows }
  const { value } = await distance.value(id, recipe, side, reference, { signal })
  return { rows, value, effects: await unitEffects(distance, recipe, side, reference, { nominalSeconds, signal }) }
}

async function rowsOf(set: MeasuredSet): Promise<FeatureRows> {
  return unitRows(await set.rows('generated'), set.clips)
}

/** A method is in as many pairs as there are others: what it is alone is found once for its set. */
const knownMethods = new WeakMap<MeasuredSet, Map<string, Promise<Method>>>()

function knownMethod<R extends DistanceRecipe>(
  metric: DistanceMetric<R>,
  recipe: R,
  set: MeasuredSet,
  { signal, onCost }: Pick<Comparing, 'signal' | 'onCost'>,
): Promise<Method> {
  const known = knownMethods.get(set) ?? new Map<string, Promise<Method>>()
  knownMethods.set(set, known)
  const key = `${metric.id}/${recipe.id}`
  const find = async () => {
    const [rows, reference] = [await rowsOf(set), unitRows(await set.rows('reference'), set.clips)]
    const said = onCost === undefined ? undefined : await costWarning(metric, recipe, rows, reference, true)
    if (said !== undefined) onCost?.(said)
    return methodOf(metric, recipe, rows, reference, { signal })
  }
  const method = known.get(key) ?? find()
  known.set(key, method)
  return method
}

async function compareMethods<R extends DistanceRecipe>(
  { id, distance }: DistanceMetric<R>,
  recipe: R,
  [first, second]: readonly [Method, Method],
  { stacked, units }: { stacked: FeatureRows; units: number },
  reference: RowsOrGaussian,
  options: PairedTestOptions,
): Promise<SetComparison> {
  const { seed = 0, level = 0.95 } = options
  const difference = first.value - second.value
  const evaluator = await distance.exchangeEvaluator(id, recipe, stacked, reference)
  const exchange = typeof evaluator === 'string' ? evaluator : await exchanged(evaluator, units, options, seed)
  const effects = differenceOfEffects(first.effects, second.effects)
  return {
    first: first.value,
    second: second.value,
    difference,
    ...bothTests(jackknife(difference, effects, level), exchange),
    seed,
    clips: units,
    units,
    identical: await sameRows(first.rows, second.rows),
  }
}

/** The jackknife's side of a comparison. */
type Jackknifed = Pick<SetComparison, 'se' | 'interval' | 'reason' | 'pJackknife'> & {
  /** t₀.₉₇₅·SE, null without an error. */
  half: number | null
  method: string
}

function jackknife(difference: number, effects: UnitEffects, level: number): Jackknifed {
  const units = unitsOfEffects(effects)
  const method = `${effects.method}, ${effects.sides}, t with ${units - 1} degrees of freedom`
  const none = (reason: string): Jackknifed => ({
    se: null,
    interval: null,
    reason,
    pJackknife: null,
    half: null,
    method,
  })
  if (units < FEWEST_UNITS) return none(`n = ${units}: too few for an interval`)
  const se = errorOfEffects(effects)
  if (!Number.isFinite(se)) return none('without some unit there is no finite value')
  if (se === 0) return none(`the same difference without each of ${units} units`)
  return {
    se,
    interval: studentInterval(difference, se, units, level, effects.method),
    pJackknife: studentP(difference / se, units - 1),
    half: studentQuantile(0.975, units - 1) * se,
    method,
  }
}

/** Both tests as one. Without a jackknife nothing can be claimed; without exchanges the jackknife stands alone, and that is said. */
function bothTests(
  { half, method, ...jackknifed }: Jackknifed,
  exchange: ExchangeTest | string,
): Omit<SetComparison, 'first' | 'second' | 'difference' | 'seed' | 'clips' | 'units' | 'identical'> {
  const p = jackknifed.pJackknife ?? 1
  if (typeof exchange === 'string')
    return {
      ...jackknifed,
      test: 'jackknife',
      pExchange: null,
      exchangeDropped: exchange,
      p,
      smallestP: 0,
      draws: null,
      resolution: half,
      method: `${method}; no exchange of clips: ${exchange}`,
    }
  const made = exchange.draws === null ? 'all exchanges' : `${exchange.draws} random exchanges`
  return {
    ...jackknifed,
    test: 'jackknife+exchange',
    pExchange: exchange.p,
    p: Math.max(p, exchange.p),
    smallestP: exchange.smallestP,
    draws: exchange.draws,
    resolution: half === null ? null : Math.max(exchange.criticalValue, half),
    method: `${method}; ${made} of clips; p is the larger`,
  }
}

/** Seconds of a machine of 50 GFLOP/s that the exchanges of a whole family may take. */
const FAMILY_SECONDS = 120

/** The exchange test with the stacked rows: the second method's units lie behind the first's. */
async function exchanged(
  evaluator: ClipEvaluator,
  units: number,
  { alpha = 0.05, comparisons = 1, draws, nominalSeconds = 30, signal }: PairedTestOptions,
  seed: number,
): Promise<ExchangeTest | string> {
  const a = new Float64Array(2 * units)
  const b = new Float64Array(2 * units)
  const difference = async (flags: Uint8Array): Promise<number> => {
    for (let g = 0; g < units; g++) {
      a[g] = b[g + units] = 1 - flags[g]
      a[g + units] = b[g] = flags[g]
    }
    return (await evaluator.value(a)) - (await evaluator.value(b))
  }
  const seconds = Math.min(nominalSeconds, FAMILY_SECONDS / comparisons)
  const affordable = Math.floor(seconds / (2 * evaluator.nominalSeconds))
  const options = { seed, alpha, comparisons, draws, affordable, signal }
  // One difference alone may take minutes: where no exchange will be made, none is needed.
  const planned = plannedExchanges(units, options)
  if (typeof planned === 'string') return planned
  const observed = await difference(new Uint8Array(units))
  return exchangeTest(units, observed, difference, options)
}

async function sameRows(first: FeatureRows, second: FeatureRows): Promise<boolean> {
  if (first.rows !== second.rows || first.dimension !== second.dimension) return false
  for await (const { start, block } of rowBlocks(first, BLOCK_ROWS)) {
    const { data } = await rowsBetween(second, start, start + block.rows)
    if (!block.data.every((value, i) => value === data[i])) return false
  }
  return true
}

const BLOCK_ROWS = 1024

/** The two methods' rows under one another; the second's units are numbered behind the first's. */
function stackSides(
  metric: string,
  first: FeatureRows,
  second: FeatureRows,
  reference: RowsOrGaussian,
): { stacked: FeatureRows; units: number } {
  const where = `${metric}: paired test`
  checkRows(first, `${where}: first`, 2)
  checkRows(second, `${where}: second`, 2)
  checkSameDimension(first.dimension, second.dimension, where)
  checkSameDimension(first.dimension, reference.dimension, where)
  for (const side of [first, second, reference])
    if (!isGaussian(side) && side.clipOfRow === undefined)
      throw metricError('bad-option', where, { expected: 'the clip of each row', found: 'rows that name no clips' })
  const a = groupByClip(first)
  const b = groupByClip(second)
  if (!sameClips(a, b)) {
    throw metricError('shape-mismatch', where, {
      expected: 'the same clips of both methods',
      found: `${a.ids.length} and ${b.ids.length} clips, or other numbers`,
    })
  }
  const units = a.ids.length
  if (units < 2) throw metricError('too-few', where, { expected: 'at least 2 clips', found: `${units}` })
  const clipOfRow = new Int32Array(first.rows + second.rows)
  clipOfRow.set(a.groupOfRow)
  clipOfRow.set(
    b.groupOfRow.map((group) => group + units),
    first.rows,
  )
  return { stacked: { ...stackRows(first, second), clipOfRow }, units }
}
