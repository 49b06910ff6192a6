import { array, assert, boolean, property, record, string, uniqueArray } from 'fast-check'
import { expect, test } from 'vitest'
import { methodSeries } from '../src/charts/method-series.ts'

const methods = (...ids: string[]) => ids.map((id) => ({ id, trivial: id === 'static' }))
const numbers = (given: ReadonlyMap<string, number>) => Object.fromEntries(given)

test('without an earlier site numbers follow the ids, methods before trivial ones, in whatever order they come', () => {
  const expected = { alpha: 1, beta: 2, zeta: 3, static: 4 }
  expect(numbers(methodSeries(methods('alpha', 'beta', 'static', 'zeta')))).toEqual(expected)
  expect(numbers(methodSeries(methods('static', 'zeta', 'beta', 'alpha')))).toEqual(expected)
})

test('a method that joins takes the next free number, and the others keep theirs', () => {
  const first = methodSeries(methods('beta', 'zeta', 'static'))
  const joined = methodSeries(methods('alpha', 'beta', 'gamma', 'zeta', 'static'), first)
  expect(numbers(joined)).toEqual({ beta: 1, zeta: 2, static: 3, alpha: 4, gamma: 5 })
  // One that left makes room.
  expect(numbers(methodSeries(methods('alpha', 'delta', 'zeta', 'static'), joined))).toEqual({
    zeta: 2,
    static: 3,
    alpha: 4,
    delta: 1,
  })
})

test('no number is taken twice before all are taken, nor three times before all are twice', () => {
  assert(
    property(
      uniqueArray(record({ id: string(), trivial: boolean() }), { selector: ({ id }) => id, maxLength: 30 }),
      uniqueArray(string(), { maxLength: 12 }),
      array(boolean()),
      (all, known, kept) => {
        const earlier = new Map(known.map((id, at) => [id, at + 1]))
        const given = methodSeries(
          all.filter((_, at) => kept[at] ?? true),
          earlier,
        )
        const uses = Array.from({ length: 12 }, (_, at) => [...given.values()].filter((each) => each === at + 1).length)
        expect(Math.max(...uses) - Math.min(...uses)).toBeLessThanOrEqual(1)
        for (const [id, number] of given) expect(earlier.get(id) ?? number).toBe(number)
      },
    ),
  )
})
