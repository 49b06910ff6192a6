import { metricError } from '../recipes/metric-error.ts'
import { seededRandom } from './seeded-random.ts'
import type { ClipEvaluator } from './clip-evaluator.ts'

/** The distance that infinitely many generated clips would have, and the curve that says so. */
export interface Extrapolation {
  /** Intercept of the line. */
  value: number
  /** Rise with 1/clips. */
  slope: number
  /** Share of the curve's variance that the line explains. */
  fit: number
  /** Sub-samples of increasing size: number of generated clips, and the mean distance of `repeats` random choices. */
  curve: { clips: number; value: number }[]
  repeats: number
  method: string
}

export interface ExtrapolationOptions {
  /** Sizes on the curve, default 15. */
  points?: number | undefined
  /** Random choices a size; default as many as fit into 4 nominal seconds, 1 to 20. */
  repeats?: number | undefined
  /** Default 0. */
  seed?: number | undefined
  signal?: AbortSignal | undefined
}

/** How many rows of how many dimensions the generated clips have. */
export interface ExtrapolationSize {
  rows: number
  dimension: number
}

/** Fewer rows a dimension than this leave no room between the subsets (2 rows a dimension at least) and the whole. */
const ENOUGH_ROWS_PER_DIMENSION = 4

/** Why an extrapolation of so many rows would be wrong; undefined where it is trusted. */
export function extrapolationRefusal({ rows, dimension }: ExtrapolationSize): string | undefined {
  if (rows >= ENOUGH_ROWS_PER_DIMENSION * dimension) return undefined
  return `${rows} rows are fewer than ${ENOUGH_ROWS_PER_DIMENSION} × ${dimension} dimensions`
}

/**
 * Extrapolation over the number of generated clips (FID∞, FVD∞): the bias of a Fréchet distance is, for enough clips,
 * proportional to 1/N, so that a line through the distances of random subsets against 1/N meets 1/N = 0 at the
 * distance of infinitely many. The reference stays whole, and so does the bias that its own size brings.
 *
 * The subsets start at a fifth of the clips, and at two rows a dimension: below that the bias is not proportional to 1/N, and
 * the line goes anywhere (1.15, 0.35 and −0.005 for a true 0.107 at N/D = 0.5, 1 and 2, by simulation).
 *
 * Source: Chong & Forsyth, Effectively unbiased FID and Inception score, CVPR 2020 (15 sizes, evenly spaced; theirs start at
 * 5,000 images).
 *
 * @throws KinemetricError `too-few` where `extrapolationRefusal` has a reason
 */
export async function extrapolate(
  evaluator: ClipEvaluator,
  size: ExtrapolationSize,
  options: ExtrapolationOptions = {},
): Promise<Extrapolation> {
  const { points = 15, seed = 0 } = options
  const n = evaluator.generatedClips
  const refusal = extrapolationRefusal(size)
  if (refusal !== undefined)
    throw metricError('too-few', 'extrapolate', { expected: 'at least 4 rows a dimension', found: refusal })
  const first = Math.max(Math.ceil(0.2 * n), Math.ceil((2 * size.dimension * n) / size.rows))
  const sizes = [
    ...new Set(Array.from({ length: points }, (_, k) => Math.floor(first + ((n - first) * k) / (points - 1) + 0.5))),
  ]
  const repeats =
    options.repeats ?? Math.min(20, Math.max(1, Math.floor(4 / (sizes.length * evaluator.nominalSeconds))))
  const random = seededRandom(seed)
  const curve: { clips: number; value: number }[] = []
  for (const size of sizes) {
    // The whole set has one choice only.
    const choices = size === n ? 1 : repeats
    let sum = 0
    for (let r = 0; r < choices; r++) {
      options.signal?.throwIfAborted()
      sum += await evaluator.value(chooseClips(random, n, size))
    }
    curve.push({ clips: size, value: sum / choices })
  }
  return {
    ...line(curve),
    curve,
    repeats,
    method: `linear in 1/clips, ${sizes.length} sizes from ${first}, ${repeats} random choices each, seed ${seed}`,
  }
}

function chooseClips(random: { below(limit: number): number }, n: number, size: number): Float64Array {
  const order = Int32Array.from({ length: n }, (_, i) => i)
  const chosen = new Float64Array(n)
  for (let i = 0; i < size; i++) {
    const j = i + random.below(n - i)
    const kept = order[i]
    order[i] = order[j]
    order[j] = kept
    chosen[order[i]] = 1
  }
  return chosen
}

function line(curve: readonly { clips: number; value: number }[]): { value: number; slope: number; fit: number } {
  const xs = curve.map(({ clips }) => 1 / clips)
  const ys = curve.map(({ value }) => value)
  const [mx, my] = [mean(xs), mean(ys)]
  const sxx = mean(xs.map((x) => (x - mx) ** 2))
  const sxy = mean(xs.map((x, k) => (x - mx) * (ys[k] - my)))
  const syy = mean(ys.map((y) => (y - my) ** 2))
  const slope = sxy / sxx
  return { value: my - slope * mx, slope, fit: syy === 0 ? 1 : sxy ** 2 / (sxx * syy) }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
