import { expect, test } from 'vitest'
import { funnelOf } from '../../src/selection/funnel.ts'

test('what is left goes down stage by stage, in the order of the rules and not of the rows', () => {
  const removals = [
    { id: 'b', removedAt: 'short' },
    { id: 'd', removedAt: 'class' },
    { id: 'a', removedAt: 'short' },
  ]
  expect(funnelOf(5, ['class', 'boxes', 'short'], removals)).toEqual([
    { stage: 'rows', removed: 0, left: 5, ids: [] },
    { stage: 'class', removed: 1, left: 4, ids: ['d'] },
    { stage: 'boxes', removed: 0, left: 4, ids: [] },
    { stage: 'short', removed: 2, left: 2, ids: ['b', 'a'] },
  ])
})

test('a row that is left out at a stage which nobody declared is the adapter’s mistake', () => {
  const removal = { id: 'a', removedAt: 'mood' }
  expect(() => funnelOf(1, ['class'], [removal])).toThrow(
    expect.objectContaining({ code: 'bad-dataset', where: 'a', found: 'mood' }),
  )
})
