import { describe, expect, it } from 'vitest'
import { seededRandom } from '@kinemetric/metrics'

describe('seededRandom', () => {
  it('draws the numbers that the PCG paper’s C library prints for seed 42, sequence 54', () => {
    // Origin: pcg32_demo of the PCG minimal C library, round 1. Exact.
    const expected = [0xa15c02b7, 0x7b47f409, 0xba1d3330, 0x83d2f293, 0xbfa4784b, 0xcbed606e]
    const random = seededRandom(42)
    expect(expected.map(() => random.next() * 2 ** 32)).toEqual(expected)
  })

  it('draws whole numbers evenly', () => {
    const random = seededRandom(7)
    const counts = [0, 0, 0, 0, 0, 0]
    for (let i = 0; i < 60_000; i++) counts[random.below(6)]++
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(400)
  })

  it('draws normal numbers of mean 0 and variance 1', () => {
    const random = seededRandom(1)
    let sum = 0
    let squares = 0
    for (let i = 0; i < 20_000; i++) {
      const value = random.normal()
      sum += value
      squares += value * value
    }
    expect(Math.abs(sum / 20_000)).toBeLessThan(0.03)
    expect(Math.abs(squares / 20_000 - 1)).toBeLessThan(0.04)
  })

  it('uses all bits of the seed and refuses what is no seed', () => {
    expect(seededRandom(2 ** 40).next()).not.toBe(seededRandom(0).next())
    expect(() => seededRandom(-1)).toThrow('expected a seed')
    expect(() => seededRandom(0.5)).toThrow('expected a seed')
  })
})
