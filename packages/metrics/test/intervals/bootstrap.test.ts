import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { bootstrap, bootstrapInterval } from '@kinemetric/metrics'

interface Golden {
  origin: string
  tolerance: number
  cases: {
    n: number
    seed: number
    level: number
    statistic: 'mean' | 'median'
    percentile: [number, number]
    bca: [number, number]
  }[]
}

// Origin and tolerance stand in the file; written by goldens/image_bootstrap.py.
const golden: Golden = JSON.parse(readFileSync(new URL('../goldens/image-bootstrap.json', import.meta.url), 'utf8'))

function goldenValues(n: number): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => Math.exp(Math.sin(1.7 * i) * 1.3) + 0.05 * i)
}

function median(values: Float64Array): number {
  const sorted = values.toSorted()
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
}

describe('bootstrapInterval', () => {
  it.each(golden.cases)('agrees with numpy and scipy: $statistic of $n values, level $level', (wanted) => {
    const statistic = wanted.statistic === 'median' ? median : undefined
    for (const interval of ['percentile', 'bca'] as const) {
      const { seed, level } = wanted
      const found = bootstrapInterval(goldenValues(wanted.n), { seed, level, interval, statistic })
      expect(Math.abs(found!.low - wanted[interval][0])).toBeLessThan(golden.tolerance)
      expect(Math.abs(found!.high - wanted[interval][1])).toBeLessThan(golden.tolerance)
    }
  })

  it('names its method', () => {
    expect(bootstrapInterval(goldenValues(9), { seed: 3 })).toMatchObject({
      level: 0.95,
      method: 'bootstrap-percentile, 1000 resamples of 9 clips, seed 3',
    })
    expect(bootstrapInterval(goldenValues(9), { interval: 'bca', resamples: 50 })?.method).toMatch(
      /^bootstrap-bca, 50 /,
    )
  })

  it('gives the same interval for the same seed, another for another, and a wider one for a higher level', () => {
    const values = goldenValues(20)
    const width = (level: number): number => {
      const interval = bootstrapInterval(values, { level })
      return interval!.high - interval!.low
    }
    expect(bootstrapInterval(values, { seed: 5 })).toEqual(bootstrapInterval(values, { seed: 5 }))
    expect(bootstrapInterval(values, { seed: 5 })?.low).not.toBe(bootstrapInterval(values, { seed: 6 })?.low)
    expect(width(0.99)).toBeGreaterThan(width(0.9))
  })

  it('covers the mean about as often as it says', () => {
    // 200 sets of 30 draws of an even distribution; 95 % ± three standard errors, less the known shortfall at n = 30.
    let covered = 0
    for (let set = 0; set < 200; set++) {
      const values = Float64Array.from({ length: 30 }, (_, i) =>
        fraction((set * 30 + i + 1) * 0.618033988749895 * (set + 1)),
      )
      const interval = bootstrapInterval(values, { seed: set, resamples: 300 })!
      if (interval.low <= 0.5 && interval.high >= 0.5) covered++
    }
    expect(covered / 200).toBeGreaterThan(0.88)
  })

  it('is a point when all values are equal', () => {
    for (const interval of ['percentile', 'bca'] as const) {
      expect(bootstrapInterval(Float64Array.of(2, 2, 2), { interval })).toMatchObject({ low: 2, high: 2 })
    }
  })

  it('is null for fewer than two clips and for what is not finite; bootstrap says why', () => {
    expect(bootstrapInterval(Float64Array.of(1))).toBeNull()
    expect(bootstrapInterval(new Float64Array(0))).toBeNull()
    expect(bootstrapInterval(Float64Array.of(1, Infinity))).toBeNull()
    expect(bootstrap(1, () => 1)).toEqual({
      interval: null,
      reason: 'an interval over clips needs at least 2 clips; found 1',
    })
    expect(bootstrap(3, () => Number.NaN)).toEqual({ interval: null, reason: 'the statistic itself is NaN' })
  })

  it('refuses options that make no sense', () => {
    expect(() => bootstrapInterval(goldenValues(5), { level: 95 })).toThrow(
      'expected a level between 0 and 1, found 95',
    )
    expect(() => bootstrapInterval(goldenValues(5), { resamples: 0 })).toThrow(
      expect.objectContaining({ kind: 'input', code: 'bad-option' }),
    )
  })
})

function fraction(value: number): number {
  return value - Math.floor(value)
}
