import { metricError } from '../recipes/metric-error.ts'
import { centredColumns, checkFinite } from './feature-matrix.ts'
import { type FeatureRows, rowBlocks } from './feature-rows.ts'
import { addGram, upperHalf, upperPanels, type UpperPanels, wholeMatrix } from '../linear-algebra/upper-panels.ts'

/** What a Fréchet distance needs to know of a set of features: a Gaussian and how it was estimated. */
export interface Gaussian {
  dimension: number
  /** `[dimension]` */
  mean: Float64Array
  /** `[dimension, dimension]` row-major, symmetric. */
  covariance: Float64Array
  /** Rows that it was estimated from; undefined in statistics of foreign files, which do not say. */
  count?: number | undefined
  /** Divisor of the covariance: count − ddof. */
  ddof?: 0 | 1 | undefined
}

/** Everything in a `FeatureStatistics`, for storing it and going on later. */
export interface StatisticsState {
  dimension: number
  count: number
  /** `[dimension]` sum of the rows, and what rounding took from it. */
  sum: Float64Array
  sumLow: Float64Array
  /** `[dimension, dimension]` Σ (x − mean)(x − mean)ᵀ. */
  secondMoment: Float64Array
}

// Rows per product: enough for the product to be efficient, small beside the d × d matrices.
const BLOCK_ROWS = 1024

/**
 * Count, mean and centred second moment of features that come in pieces, in float64. Memory does not grow with the rows.
 *
 * Sums are kept in double-double arithmetic and each block's moment is taken around its own mean, so that adding and merging
 * in any order gives the same mean and covariance to 1e-12 relative, even where the mean is far larger than the spread
 * (Σxxᵀ − n·μμᵀ would lose all digits there).
 *
 * Source of the merge: Chan, Golub & LeVeque, Updating formulae and a pairwise algorithm for computing sample variances, 1979.
 */
export class FeatureStatistics {
  readonly dimension: number
  #count = 0
  readonly #sum: Float64Array
  readonly #sumLow: Float64Array
  readonly #where: string
  /** The moment is symmetric: its upper half says all. */
  #moment: UpperPanels
  #spare: UpperPanels
  #columns = new Float64Array(0)

  /** @param where named in errors */
  constructor(dimension: number, where = 'FeatureStatistics') {
    if (!Number.isInteger(dimension) || dimension < 1) {
      throw metricError('bad-option', 'FeatureStatistics', {
        expected: 'a dimension of at least 1',
        found: `${dimension}`,
      })
    }
    this.dimension = dimension
    this.#where = where
    this.#sum = new Float64Array(dimension)
    this.#sumLow = new Float64Array(dimension)
    this.#moment = upperPanels(dimension)
    this.#spare = upperPanels(dimension)
  }

  /** Statistics as `state()` returned them. */
  static fromState(state: StatisticsState): FeatureStatistics {
    const statistics = new FeatureStatistics(state.dimension)
    statistics.#count = state.count
    statistics.#sum.set(state.sum)
    statistics.#sumLow.set(state.sumLow)
    statistics.#moment = upperHalf(state.secondMoment, state.dimension)
    return statistics
  }

  /** Rows seen. */
  get count(): number {
    return this.#count
  }

  /** `[dimension]` mean of the rows; NaN before the first. */
  get mean(): Float64Array {
    return meanOf(this.#sum, this.#sumLow, this.#count)
  }

  /**
   * Adds rows. Wait for it before the next call.
   *
   * @param rows `[count, dimension]` row-major
   * @throws KinemetricError `shape-mismatch`, `not-finite`; nothing is added then
   */
  async add(rows: Float32Array | Float64Array, count = rows.length / this.dimension): Promise<void> {
    if (!Number.isInteger(count) || rows.length !== count * this.dimension) {
      throw metricError('shape-mismatch', this.#where, {
        expected: `rows of ${this.dimension} values`,
        found: `${rows.length} values for ${count} rows`,
      })
    }
    checkFinite(rows, this.dimension, this.#where, this.#count)
    for (let start = 0; start < count; start += BLOCK_ROWS) {
      const end = Math.min(start + BLOCK_ROWS, count)
      await this.#addBlock(rows.subarray(start * this.dimension, end * this.dimension), end - start)
    }
  }

  /**
   * Takes in what another one has seen; the other is unchanged.
   *
   * @throws KinemetricError `shape-mismatch` for another dimension
   */
  merge(other: FeatureStatistics): void {
    if (other.dimension !== this.dimension) {
      throw metricError('shape-mismatch', 'FeatureStatistics', {
        expected: `statistics of dimension ${this.dimension}`,
        found: `${other.dimension}`,
      })
    }
    if (other.#count === 0) return
    for (const [k, { data }] of this.#moment.panels.entries()) {
      const added = other.#moment.panels[k].data
      for (let i = 0; i < data.length; i++) data[i] += added[i]
    }
    this.#mergeSums(other.#sum, other.#sumLow, other.#count)
  }

  /**
   * `[dimension, dimension]` covariance with divisor count − ddof.
   *
   * @throws KinemetricError `too-few` unless count > ddof
   */
  covariance(ddof: 0 | 1): Float64Array {
    if (this.#count <= ddof) {
      throw metricError('too-few', 'FeatureStatistics', {
        expected: `more than ${ddof} rows for a covariance with divisor ${ddof === 0 ? 'N' : 'N-1'}`,
        found: `${this.#count}`,
      })
    }
    const covariance = wholeMatrix(this.#moment)
    const divisor = this.#count - ddof
    for (let i = 0; i < covariance.length; i++) covariance[i] /= divisor
    return covariance
  }

  /** Mean and covariance with how they were estimated. */
  gaussian(ddof: 0 | 1): Gaussian {
    return { dimension: this.dimension, mean: this.mean, covariance: this.covariance(ddof), count: this.#count, ddof }
  }

  /** A copy of everything inside. */
  state(): StatisticsState {
    return {
      dimension: this.dimension,
      count: this.#count,
      sum: this.#sum.slice(),
      sumLow: this.#sumLow.slice(),
      secondMoment: wholeMatrix(this.#moment),
    }
  }

  async #addBlock(rows: Float32Array | Float64Array, count: number): Promise<void> {
    const d = this.dimension
    const sum = new Float64Array(d)
    const sumLow = new Float64Array(d)
    for (let i = 0; i < count; i++) for (let j = 0; j < d; j++) addTo(sum, sumLow, j, rows[i * d + j], 0)
    if (this.#columns.length < count * d) this.#columns = new Float64Array(count * d)
    const columns = centredColumns(rows, count, meanOf(sum, sumLow, count), this.#columns)
    await addGram(columns, this.#moment, this.#spare)
    const moment = this.#spare
    this.#spare = this.#moment
    this.#moment = moment
    this.#mergeSums(sum, sumLow, count)
  }

  /** Moment += δδᵀ·n·m/(n + m), δ the difference of the two means; then the sums. */
  #mergeSums(sum: Float64Array, sumLow: Float64Array, count: number): void {
    const d = this.dimension
    if (this.#count > 0) {
      const delta = new Float64Array(d)
      for (let j = 0; j < d; j++) {
        // The means' difference from the exact sums: n·m·δ = n·sum − m·this.sum, each product split without error.
        const [high, low] = productDifference(this.#count, sum[j], count, this.#sum[j])
        delta[j] = (high + (low + this.#count * sumLow[j] - count * this.#sumLow[j])) / (this.#count * count)
      }
      const weight = (this.#count * count) / (this.#count + count)
      for (const { start, end, data } of this.#moment.panels)
        for (let i = start; i < end; i++) {
          const factor = weight * delta[i]
          const at = (i - start) * (d - start) - start
          for (let j = start; j < d; j++) data[at + j] += factor * delta[j]
        }
    }
    for (let j = 0; j < d; j++) addTo(this.#sum, this.#sumLow, j, sum[j], sumLow[j])
    this.#count += count
  }
}

/**
 * Statistics of rows, in memory or in files, in their order and in the blocks that they are summed by.
 *
 * @throws KinemetricError `not-finite`, and as reading stored rows
 */
export async function statisticsOf(rows: FeatureRows, where?: string): Promise<FeatureStatistics> {
  const statistics = new FeatureStatistics(rows.dimension, where)
  for await (const { block } of rowBlocks(rows, BLOCK_ROWS)) await statistics.add(block.data)
  return statistics
}

/** (high, low)[j] += (value, valueLow): Knuth's exact sum, the rest in the low part, renormalised. */
function addTo(high: Float64Array, low: Float64Array, j: number, value: number, valueLow: number): void {
  const a = high[j]
  const sum = a + value
  const b = sum - a
  const rest = a - (sum - b) + (value - b) + low[j] + valueLow
  high[j] = sum + rest
  low[j] = rest - (high[j] - sum)
}

function meanOf(sum: Float64Array, sumLow: Float64Array, count: number): Float64Array {
  return sum.map((value, j) => (value + sumLow[j]) / count)
}

/** n·x − m·y as an unevaluated sum of two numbers. */
function productDifference(n: number, x: number, m: number, y: number): [high: number, low: number] {
  const [a, aLow] = exactProduct(n, x)
  const [b, bLow] = exactProduct(m, y)
  const difference = a - b
  const c = difference - a
  return [difference, a - (difference - c) - (b + c) + aLow - bLow]
}

/** Dekker's product: high + low = a·b exactly. */
function exactProduct(a: number, b: number): [high: number, low: number] {
  const [aHigh, aLow] = split(a)
  const [bHigh, bLow] = split(b)
  const product = a * b
  return [product, aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow)]
}

function split(a: number): [number, number] {
  const scaled = 134217729 * a
  const high = scaled - (scaled - a)
  return [high, a - high]
}
