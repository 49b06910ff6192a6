import { describe, expect, test } from 'vitest'
import { deltaOf, driverPairs, forceFrom, onsetOf } from '../../../src/datasets/probe/force.ts'

const hit = (frame: number, a: number, b: number) => ({ frame, objects: [a, b] as const })

describe('force goes on through collisions in their order', () => {
  test('each hit is one further, whichever way round the pair stands', () => {
    expect([...forceFrom([4], [hit(41, 0, 4), hit(45, 0, 1), hit(49, 2, 1)], 17)]).toEqual([
      [4, { depth: 0, frame: 17 }],
      [0, { depth: 1, frame: 41 }],
      [1, { depth: 2, frame: 45 }],
      [2, { depth: 3, frame: 49 }],
    ])
  })

  test('a hit before its cause passes nothing on, and a later one changes no depth', () => {
    const reached = forceFrom([3], [hit(18, 0, 1), hit(40, 3, 1), hit(50, 3, 0), hit(60, 0, 1)], 8)
    expect([...reached.keys()]).toEqual([3, 1, 0])
    expect(reached.get(0)).toEqual({ depth: 1, frame: 50 })
  })
})

describe('pairs: what taking one driver out changes', () => {
  test('two drivers hit one object: only the earlier one shares it with a later', () => {
    expect(driverPairs([2, 3], [0, 1], [hit(47, 0, 2), hit(63, 0, 3)], 16)).toEqual([
      { driver: 2, excluded: null, affected: [{ id: 0, frame: 47, laterAlso: [3] }], unaffected: [1] },
      { driver: 3, excluded: null, affected: [{ id: 0, frame: 63, laterAlso: [] }], unaffected: [1] },
    ])
  })

  test('never through another driver', () => {
    // Driver 2 pushes 0, which pushes driver 3, which pushes 1: what 3 does is in its own masks.
    const [first] = driverPairs([2, 3], [0, 1], [hit(20, 2, 0), hit(30, 0, 3), hit(40, 3, 1)], 5)
    expect(first).toMatchObject({ affected: [{ id: 0, frame: 20 }], unaffected: [1] })
  })

  test('drivers that collide are excluded, both, and their partner is named', () => {
    const pairs = driverPairs([1, 2, 3], [0], [hit(50, 2, 1), hit(60, 3, 0)], 13)
    expect(pairs.map(({ excluded }) => excluded)).toEqual([
      'collides with driver 2 at source frame 50',
      'collides with driver 1 at source frame 50',
      null,
    ])
  })

  test('an object that is out of view at the first frame is neither affected nor not, and passes force on', () => {
    const [pair] = driverPairs([2], [0], [hit(20, 2, 1), hit(30, 1, 0)], 5)
    expect(pair).toMatchObject({ affected: [{ id: 0, frame: 30 }], unaffected: [] })
  })
})

test('movement begins where the distance from the first place is above a tenth of the side', () => {
  expect(deltaOf(1600)).toBe(4)
  expect(onsetOf([[0, 0], [4, 0], null, [3, 3], [9, 9]], 4)).toBe(3)
  expect(
    onsetOf(
      [
        [0, 0],
        [1, 1],
      ],
      4,
    ),
  ).toBeNull()
  expect(onsetOf([null, [0, 0], [90, 0]], 4)).toBeNull()
})
