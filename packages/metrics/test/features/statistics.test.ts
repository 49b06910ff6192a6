import { describe, expect, test } from 'vitest'
import { FeatureStatistics } from '@kinemetric/metrics'
import { randomFeatures } from './formula-features.ts'

async function statisticsOf(
  data: Float64Array | Float32Array,
  dimension: number,
  cuts: number[],
): Promise<FeatureStatistics> {
  const statistics = new FeatureStatistics(dimension)
  const rows = data.length / dimension
  const edges = [0, ...cuts, rows]
  for (let i = 1; i < edges.length; i++)
    await statistics.add(data.subarray(edges[i - 1] * dimension, edges[i] * dimension))
  return statistics
}

function worstDifference(a: FeatureStatistics, b: FeatureStatistics): number {
  const covarianceA = a.covariance(1)
  const covarianceB = b.covariance(1)
  const d = a.dimension
  let worst = 0
  for (let i = 0; i < d; i++) {
    worst = Math.max(
      worst,
      Math.abs(a.mean[i] - b.mean[i]) / Math.max(Math.abs(a.mean[i]), Math.sqrt(covarianceA[i * d + i])),
    )
    for (let j = 0; j < d; j++) {
      // Relative to the two spreads: an element of a covariance may be zero.
      const scale = Math.sqrt(covarianceA[i * d + i] * covarianceA[j * d + j])
      worst = Math.max(worst, Math.abs(covarianceA[i * d + j] - covarianceB[i * d + j]) / scale)
    }
  }
  return worst
}

describe('FeatureStatistics', () => {
  test('equals the two-pass definition', async () => {
    const { data, rows, dimension } = randomFeatures(3, 200, 7, 2)
    const statistics = await statisticsOf(data, dimension, [])
    for (let a = 0; a < dimension; a++) {
      const mean = (j: number): number => {
        let total = 0
        for (let i = 0; i < rows; i++) total += data[i * dimension + j]
        return total / rows
      }
      expect(statistics.mean[a]).toBeCloseTo(mean(a), 13)
      for (let b = 0; b < dimension; b++) {
        let total = 0
        for (let i = 0; i < rows; i++)
          total += (data[i * dimension + a] - mean(a)) * (data[i * dimension + b] - mean(b))
        expect(statistics.covariance(1)[a * dimension + b]).toBeCloseTo(total / (rows - 1), 12)
        expect(statistics.covariance(0)[a * dimension + b]).toBeCloseTo(total / rows, 12)
      }
    }
  })

  // 1e6: means a million times the spread, where sums of squares would have no digit left.
  for (const offset of [0, 1e3, 1e6]) {
    test(`is the same to 1e-12 in whatever pieces and order it is merged, mean about ${offset}`, async () => {
      const dimension = 40
      const { data } = randomFeatures(11, 3000, dimension, offset)
      const whole = await statisticsOf(data, dimension, [])
      const pieces = await Promise.all(
        [
          [0, 1],
          [1, 3],
          [3, 700],
          [700, 701],
          [701, 2400],
          [2400, 3000],
        ].map(([from, to]) => statisticsOf(data.subarray(from * dimension, to * dimension), dimension, [])),
      )
      for (const order of [
        [0, 1, 2, 3, 4, 5],
        [5, 4, 3, 2, 1, 0],
        [2, 5, 0, 3, 1, 4],
      ]) {
        const merged = new FeatureStatistics(dimension)
        for (const i of order) merged.merge(pieces[i])
        expect(merged.count).toBe(3000)
        expect(worstDifference(whole, merged)).toBeLessThan(1e-12)
      }
      const [a, b, c, d, e, f] = pieces
      a.merge(b)
      c.merge(d)
      e.merge(f)
      c.merge(e)
      a.merge(c)
      expect(worstDifference(whole, a)).toBeLessThan(1e-12)
      expect(worstDifference(whole, await statisticsOf(data, dimension, [17, 18, 1999]))).toBeLessThan(1e-12)
    })
  }

  test('goes on from a stored state as if never stored', async () => {
    const { data } = randomFeatures(5, 100, 6, 1)
    const first = await statisticsOf(data.subarray(0, 300), 6, [])
    const restored = FeatureStatistics.fromState(structuredClone(first.state()))
    await first.add(data.subarray(300))
    await restored.add(data.subarray(300))
    expect(restored.state()).toEqual(first.state())
  })

  test('refuses what is not finite, naming the row, and keeps what it had', async () => {
    const statistics = await statisticsOf(new Float32Array(12).fill(1), 4, [])
    const bad = new Float32Array(8)
    bad[6] = Number.NaN
    await expect(statistics.add(bad)).rejects.toThrow(
      'FeatureStatistics: expected finite values, found NaN at row 4, column 2',
    )
    expect(statistics.count).toBe(3)
  })

  test('refuses another dimension, rows cut short and a covariance of one row', async () => {
    const statistics = new FeatureStatistics(4)
    await expect(statistics.add(new Float32Array(7))).rejects.toThrow('expected rows of 4 values, found 7 values')
    expect(() => statistics.merge(new FeatureStatistics(5))).toThrow('expected statistics of dimension 4, found 5')
    await statistics.add(new Float32Array(4))
    expect(() => statistics.covariance(1)).toThrow(
      'expected more than 1 rows for a covariance with divisor N-1, found 1',
    )
  })
})
