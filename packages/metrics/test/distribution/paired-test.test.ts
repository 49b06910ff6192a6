import { describe, expect, test } from 'vitest'
import { findDistance, fvd, fvdSpec, kvd, kvdSpec, pairedTest } from '@kinemetric/metrics'
import { clipped } from '../features/clipped-features.ts'

describe('pairedTest', () => {
  const reference = clipped(2, 40, 2, 6)

  test('the exchange’s p is uniform when the methods are alike and small when one is worse', async () => {
    let below = 0
    for (let k = 0; k < 30; k++) {
      const { pExchange } = await pairedTest(
        fvdSpec,
        clipped(100 + k, 40, 2, 6),
        clipped(200 + k, 40, 2, 6),
        reference,
        {
          draws: 40,
        },
      )
      if ((pExchange ?? 1) < 0.5) below++
    }
    // Three standard deviations of 30 coin throws.
    expect(Math.abs(below - 15)).toBeLessThan(9)
    for (const metric of ['fvd', 'kvd'].map(findDistance)) {
      const worse = await pairedTest(metric, clipped(1, 40, 2, 6, 0.3), clipped(3, 40, 2, 6), reference, {
        draws: 100,
      })
      expect(worse.p).toBeLessThan(0.02)
      expect(worse.interval?.low).toBeGreaterThan(0)
      expect(worse.difference).toBeCloseTo(worse.first - worse.second, 12)
    }
  })

  test('gives the two scores themselves', async () => {
    const [a, b] = [clipped(1, 40, 2, 6, 0.3), clipped(3, 40, 2, 6)]
    const result = await pairedTest(fvdSpec, a, b, reference, { draws: 50 })
    expect(result.first).toBeCloseTo((await fvd(a, reference)).value, 9)
    expect(result.second).toBeCloseTo((await fvd(b, reference)).value, 9)
    const kernel = await pairedTest(kvdSpec, a, b, reference, { draws: 50 })
    expect(kernel.second).toBeCloseTo((await kvd(b, reference)).value, 9)
  })

  test('a method against itself has p = 1 and no difference', async () => {
    const a = clipped(1, 40, 2, 6)
    const { difference, p, identical } = await pairedTest(fvdSpec, a, a, reference, { draws: 50 })
    expect(difference).toBe(0)
    expect(p).toBe(1)
    expect(identical).toBe(true)
  })

  test('other clips are refused', async () => {
    await expect(pairedTest(fvdSpec, clipped(1, 40, 2, 6), clipped(1, 39, 2, 6), reference)).rejects.toThrow(
      'expected the same clips of both methods, found 40 and 39 clips',
    )
  })
})
