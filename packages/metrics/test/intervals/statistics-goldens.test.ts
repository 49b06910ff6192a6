import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  bcaInterval,
  bootstrap,
  classWeights,
  hallInterval,
  psnrSpec,
  scoreClips,
  seededRandom,
  unitValues,
  wilsonInterval,
} from '@kinemetric/metrics'
import { hasShared, sharedPath } from '../../../../test/shared.ts'

// Goldens of numpy, scipy and statsmodels. 1e-9 of the number: sums in another order.
const shared = hasShared('goldens', 'statistics')
const read = (name: string) =>
  shared ? JSON.parse(readFileSync(sharedPath('goldens', 'statistics', name), 'utf8')).cases : []

describe.skipIf(!shared)('statistics against numpy and scipy', () => {
  test('mean intervals: reasons, skewness, clusters, classes, pooled PSNR', () => {
    for (const golden of read('mean-interval.json')) {
      if (golden.clipPooledPsnr !== undefined) {
        const score = scoreClips(
          psnrSpec,
          'pooled',
          golden.clipPooledPsnr.map((value: number) => Float64Array.of(value, value)),
        )
        expectClose([score.value, score.interval?.low, score.interval?.high], [golden.value, golden.low, golden.high])
        continue
      }
      const weights = golden.classes === undefined ? golden.weights : classWeights(golden.classes)
      const { mean, values } = unitValues({ values: golden.values, weights, units: golden.units })
      expectClose([mean], [golden.mean])
      if (golden.unitValues !== undefined) expectClose([...values], golden.unitValues)
      const { interval, reason, se, skewness } = hallInterval(values, { level: golden.level })
      const none = /too few for an interval|the same value on all 8 clips/.test(reason ?? '')
      expect([none, interval?.method], golden.name).toEqual(
        golden.interval === null ? [true, undefined] : [false, 'hall-t'],
      )
      if (!none)
        expectClose(
          [interval?.low, interval?.high, se, skewness],
          [golden.low, golden.high, golden.se, golden.skewness],
        )
    }
  })

  test('BCa of a mean', () => {
    for (const golden of read('bca.json')) {
      const statistic = (indices: Uint32Array) =>
        indices.reduce((sum, index) => sum + golden.values[index], 0) / indices.length
      const { interval } = bcaInterval(golden.values.length, statistic, golden)
      expectClose([interval?.low, interval?.high], [golden.low, golden.high])
    }
  })

  test('shares', () => {
    for (const { count, n, low, high } of read('shares.json')) {
      const interval = wilsonInterval(count, n)
      expectClose([interval.low, interval.high], [low, high])
    }
  })

  test('random words and whole numbers', () => {
    const [words, below] = read('random.json')
    const random = seededRandom(words.seed)
    expect(words.words.map(() => random.bits())).toEqual(words.words)
    const numbers = seededRandom(below.seed)
    expect(below.below.map(() => numbers.below(below.limit))).toEqual(below.below)
  })
})

test('a bootstrap for reproduction is named, and BCa of a few units is refused where it is not', () => {
  const values = [0.2, 0.4, 0.9, 0.3, 0.7]
  const statistic = (indices: Uint32Array) => indices.reduce((sum, index) => sum + values[index], 0) / indices.length
  expect(bcaInterval(5, statistic)).toEqual({
    interval: null,
    reason: 'n = 5: too few for a BCa interval, which needs 20',
  })
  expect(bootstrap(5, statistic, { interval: 'bca' }).interval?.method).toContain('bootstrap-bca')
})

function expectClose(found: readonly (number | null | undefined)[], expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length)
  for (const [i, value] of expected.entries())
    expect(Math.abs((found[i] ?? Number.NaN) - value), `${i}: ${found[i]} for ${value}`).toBeLessThanOrEqual(
      1e-9 * Math.max(1, Math.abs(value)),
    )
}
