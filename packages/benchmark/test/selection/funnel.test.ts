import { expect, test } from 'vitest'
import { funnelOf, removedBy } from '../../src/selection/funnel.ts'

test('what is left goes down stage by stage, in the order of the rules and not of the rows', () => {
  const removals = [
    { id: 'b', removedAt: 'short' },
    { id: 'd', removedAt: 'class' },
    { id: 'a', removedAt: 'short' },
  ]
  expect(funnelOf(5, ['class', 'boxes', 'short'], removals)).toEqual([
    { stage: 'rows', removed: 0, left: 5 },
    { stage: 'class', removed: 1, left: 4 },
    { stage: 'boxes', removed: 0, left: 4 },
    { stage: 'short', removed: 2, left: 2 },
    { stage: 'kept', removed: 0, left: 2 },
  ])
  expect(removedBy(removals)).toEqual({ a: 'short', b: 'short', d: 'class' })
})

test('a row that is left out at a stage which nobody declared is the adapter’s mistake', () => {
  const removal = { id: 'a', removedAt: 'mood' }
  expect(() => funnelOf(1, ['class'], [removal])).toThrow(
    expect.objectContaining({ code: 'bad-dataset', where: 'a', found: 'mood' }),
  )
})
