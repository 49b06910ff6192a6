import { describe, expect, test } from 'vitest'
import { NumpyRandomState } from '../../src/intervals/numpy-random.ts'

describe('NumpyRandomState', () => {
  // numpy 2.4 and, the legacy generator being frozen, every other.
  test('draws what numpy draws', () => {
    const random = new NumpyRandomState(2020)
    expect([...random.choice(60, 5)]).toEqual([39, 37, 34, 33, 25])
    expect([...random.choice(60, 5)]).toEqual([17, 47, 48, 21, 1])
  })

  test('a permutation holds every number once, beyond the generator’s first 624 words', () => {
    const order = new NumpyRandomState(1).permutation(5000)
    expect(order.toSorted()).toEqual(Int32Array.from({ length: 5000 }, (_, i) => i))
  })

  test('refuses a sample larger than the set and a seed that is none', () => {
    expect(() => new NumpyRandomState(1).choice(3, 4)).toThrow('at most 3; found 4')
    expect(() => new NumpyRandomState(-1)).toThrow('found -1')
  })
})
