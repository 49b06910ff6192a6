import type { DistanceMetric, DistanceRecipe } from '../spec/distance.ts'
import type { MeasuredSet } from '../spec/measured-set.ts'
import type { Concluding, SetComparison } from '../spec/metric-spec.ts'
import { findRecipe } from '../recipes/find-recipe.ts'
import { metricError } from '../recipes/metric-error.ts'
import { seededRandom } from '../intervals/seeded-random.ts'
import { groupByClip, sameClips } from '../intervals/clip-groups.ts'
import { FEWEST_RESAMPLES, drawClips, quantile } from '../intervals/distance-interval.ts'
import { checkFeatures, checkSameDimension, type FeatureMatrix } from '../features/feature-matrix.ts'
import { isGaussian, type RowsOrGaussian } from '../features/rows-or-gaussian.ts'

/**
 * How two methods' distances to one reference differ. The interval is of the difference, by resampling clips; p is two-sided, of "the two methods could
 * have made each other's clips", by exchanging clips at random.
 */
export interface PairedDistance extends SetComparison {
  /** Exchanges made. */
  permutations: number
}

export interface PairedTestOptions {
  recipe?: string | undefined
  /** Default 0. */
  seed?: number | undefined
  /** Exchanges, and as many resamples; default as many as fit into 30 nominal seconds, 50 to 1,000. */
  resamples?: number | undefined
  /** Default 0.95. */
  level?: number | undefined
  signal?: AbortSignal | undefined
}

/**
 * Compares two methods that generated the same clips, by a distribution metric against one reference.
 *
 * Test: under the hypothesis that it does not matter which method made a clip, exchanging the two methods' versions of any
 * clips leaves the difference's distribution as it is; so the observed difference is ranked among those of random
 * exchanges (a permutation test, valid at any size). Interval: clips are resampled, both methods together (and with them the
 * reference where it has the same clips), and the percentiles centred on the observed difference.
 *
 * @param first,second features of the same clips (same `clipOfRow` numbers)
 * @param reference features, or statistics for FID and FVD
 * @throws KinemetricError `shape-mismatch` for other clips or dimensions, `too-few` for fewer than 2 clips, `bad-option`
 */
export async function pairedTest<R extends DistanceRecipe>(
  metric: DistanceMetric<R>,
  first: FeatureMatrix,
  second: FeatureMatrix,
  reference: RowsOrGaussian,
  options: PairedTestOptions = {},
): Promise<PairedDistance> {
  const { seed = 0, level = 0.95 } = options
  const { stacked, clips } = stackSides(metric.id, first, second, reference)
  const withReference = !isGaussian(reference) && sameClips(groupByClip(first), groupByClip(reference))
  const evaluator = await metric.distance.pairedEvaluator(
    metric.id,
    findRecipe(metric, options.recipe),
    stacked,
    reference,
    withReference,
  )
  const affordable = Math.floor(30 / (4 * evaluator.nominalSeconds))
  const resamples = options.resamples ?? Math.min(1000, Math.max(FEWEST_RESAMPLES, affordable))

  const value = (a: Float64Array, b: Float64Array, weights?: Float64Array): Promise<[number, number]> =>
    bothValues(evaluator.value.bind(evaluator), a, b, weights)
  const all = new Float64Array(clips).fill(1)
  const none = new Float64Array(clips)
  const [firstValue, secondValue] = await value(join(all, none), join(none, all))
  const difference = firstValue - secondValue

  const random = seededRandom(seed)
  let asFar = 1
  for (let r = 0; r < resamples; r++) {
    options.signal?.throwIfAborted()
    const kept = Float64Array.from({ length: clips }, () => (random.next() < 0.5 ? 1 : 0))
    const exchanged = kept.map((one) => 1 - one)
    const [a, b] = await value(join(kept, exchanged), join(exchanged, kept))
    if (Math.abs(a - b) >= Math.abs(difference) * (1 - 1e-9)) asFar++
  }
  const differences = new Float64Array(resamples)
  for (let r = 0; r < resamples; r++) {
    options.signal?.throwIfAborted()
    const drawn = drawClips(random, clips)
    const [a, b] = await value(join(drawn, none), join(none, drawn), withReference ? drawn : undefined)
    differences[r] = a - b
  }
  differences.sort()
  const shift = differences.reduce((sum, each) => sum + each, 0) / resamples - difference
  const method = `${resamples} resamples of clips, both methods together, seed ${seed}`
  return {
    first: firstValue,
    second: secondValue,
    difference,
    interval: {
      low: quantile(differences, (1 - level) / 2) - shift,
      high: quantile(differences, (1 + level) / 2) - shift,
      level,
      method: `bootstrap-recentred, ${method}`,
    },
    pValue: asFar / (resamples + 1),
    permutations: resamples,
    clips,
    method: `exchange of clips, ${resamples} permutations, seed ${seed}`,
  }
}

/** `compare` of the metrics that are distances: both methods' rows against the reference's. */
export async function compareRows<R extends DistanceRecipe>(
  metric: DistanceMetric<R>,
  own: MeasuredSet,
  other: MeasuredSet,
  recipe: R,
  { seeds, bootstrap }: Concluding,
): Promise<SetComparison> {
  const first = await own.rows('generated')
  const reference = await own.rows('reference')
  return pairedTest(metric, first, await other.rows('generated'), reference, {
    recipe: recipe.id,
    seed: seeds.bootstrap,
    level: bootstrap.level,
  })
}

async function bothValues(
  value: (generated: Float64Array, reference?: Float64Array) => Promise<number>,
  a: Float64Array,
  b: Float64Array,
  reference?: Float64Array,
): Promise<[number, number]> {
  return [await value(a, reference), await value(b, reference)]
}

/** The two methods' rows under one another; the second's clips are numbered behind the first's. */
function stackSides(
  metric: string,
  first: FeatureMatrix,
  second: FeatureMatrix,
  reference: RowsOrGaussian,
): { stacked: FeatureMatrix; clips: number } {
  const where = `${metric}: paired test`
  checkFeatures(first, `${where}: first`, 2)
  checkFeatures(second, `${where}: second`, 2)
  checkSameDimension(first.dimension, second.dimension, where)
  checkSameDimension(first.dimension, reference.dimension, where)
  const a = groupByClip(first)
  const b = groupByClip(second)
  if (!sameClips(a, b)) {
    throw metricError('shape-mismatch', where, {
      expected: 'the same clips of both methods',
      found: `${a.ids.length} and ${b.ids.length} clips, or other numbers`,
    })
  }
  const clips = a.ids.length
  if (clips < 2) throw metricError('too-few', where, { expected: 'at least 2 clips', found: `${clips}` })
  const data = new Float64Array(first.data.length + second.data.length)
  data.set(first.data)
  data.set(second.data, first.data.length)
  const clipOfRow = new Int32Array(first.rows + second.rows)
  clipOfRow.set(a.groupOfRow)
  clipOfRow.set(
    b.groupOfRow.map((group) => group + clips),
    first.rows,
  )
  return { stacked: { data, rows: first.rows + second.rows, dimension: first.dimension, clipOfRow }, clips }
}

function join(a: Float64Array, b: Float64Array): Float64Array {
  const joined = new Float64Array(a.length + b.length)
  joined.set(a)
  joined.set(b, a.length)
  return joined
}
