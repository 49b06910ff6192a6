import { describe, expect, it } from 'vitest'
import { bootstrapInterval, pairedBootstrap } from '@kinemetric/metrics'

// Clips differ far more among themselves than the two methods do on each.
const base = Float64Array.from({ length: 24 }, (_, i) => 20 + 8 * Math.sin(2.3 * i))
const shifted = base.map((value, i) => value + 0.4 + 0.3 * Math.sin(1.1 * i))

describe('pairedBootstrap', () => {
  it('sees a difference that the two separate intervals hide', () => {
    const compared = pairedBootstrap(shifted, base)
    expect(compared.difference).toBeCloseTo(0.4, 1)
    expect(compared.interval!.low).toBeGreaterThan(0)
    expect(compared.pValue).toBeLessThan(0.01)
    expect(compared).toMatchObject({ n: 24, equal: 0, larger: 24 - compared.smaller })
    const [one, other] = [bootstrapInterval(shifted)!, bootstrapInterval(base)!]
    expect(one.low).toBeLessThan(other.high)
  })

  it('turns its sign with the order of the methods', () => {
    const forward = pairedBootstrap(shifted, base, { seed: 2 })
    const backward = pairedBootstrap(base, shifted, { seed: 2 })
    expect(backward.difference).toBeCloseTo(-forward.difference, 12)
    expect(backward.interval!.low).toBeCloseTo(-forward.interval!.high, 12)
    expect(backward.pValue).toBe(forward.pValue)
    expect([backward.larger, backward.smaller]).toEqual([forward.smaller, forward.larger])
  })

  it('finds nothing between a method and itself', () => {
    expect(pairedBootstrap(base, base)).toMatchObject({
      difference: 0,
      pValue: 1,
      equal: 24,
      interval: { low: 0, high: 0 },
    })
  })

  it('gives small p-values no more often than they should come', () => {
    let small = 0
    for (let set = 0; set < 100; set++) {
      const noise = base.map((value, i) => value + Math.sin(12.9898 * (i + 1) * (set + 1)) * 2)
      if (pairedBootstrap(noise, base, { seed: set, resamples: 200 }).pValue! < 0.05) small++
    }
    expect(small).toBeLessThan(13)
  })

  it('has no interval for one clip, and refuses clips that do not pair', () => {
    expect(pairedBootstrap(Float64Array.of(2), Float64Array.of(1))).toMatchObject({
      difference: 1,
      interval: null,
      pValue: null,
      reason: 'an interval over clips needs at least 2 clips; found 1',
    })
    expect(() => pairedBootstrap(base, base.slice(1))).toThrow('for the same clips, found 24 and 23 values')
    expect(() => pairedBootstrap(new Float64Array(0), new Float64Array(0))).toThrow('expected at least one clip')
    expect(() => pairedBootstrap(Float64Array.of(1, Infinity), Float64Array.of(1, 2))).toThrow(
      'Infinity and 2 at clip 1',
    )
  })
})
