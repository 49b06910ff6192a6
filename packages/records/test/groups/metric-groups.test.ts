import { expect, test } from 'vitest'
import { findGroup, groupsOf, isInGroup, membersOfGroup, metricGroups, withoutGroups } from '@kinemetric/records'

const known = [
  { id: 'psnr', group: 'image' },
  { id: 'recall', group: 'prdc' },
  { id: 'fid', group: 'distribution' },
  { id: 'old', group: undefined },
  { id: 'new', group: 'smell' },
]

test('a group stands for its metrics and those of finer ones, in their order, each once', () => {
  expect(withoutGroups(['fid', 'distribution', 'psnr'], known)).toEqual(['fid', 'recall', 'psnr'])
  expect(withoutGroups(['prdc', 'image'], known)).toEqual(['recall', 'psnr'])
  expect(membersOfGroup('distribution', known)).toEqual(['recall', 'fid'])
})

test('what is no group stays, and so do recipes, metrics that are named so, and groups that nothing is in', () => {
  expect(withoutGroups(['imag', 'psnr:pooled', 'physics'], known)).toEqual(['imag', 'psnr:pooled', 'physics'])
  expect(membersOfGroup('image', [{ id: 'image', group: 'image' }])).toBeUndefined()
})

test('groups of metrics are named with those that they lie in; what nobody knows is none', () => {
  expect(groupsOf(known)).toEqual(['image', 'distribution', 'prdc'])
  expect(isInGroup('smell', 'image')).toBe(false)
  expect(findGroup('smell')).toBeUndefined()
})

test('a finer group lies in one that lies in none, and stands behind it', () => {
  const outermost = metricGroups.filter((group) => !('within' in group)).map(({ id }) => id)
  const places = metricGroups.flatMap((group, at) =>
    'within' in group ? [{ outer: outermost.indexOf(group.within), before: at }] : [],
  )
  expect(places.length).toBeGreaterThan(0)
  expect(places.every(({ outer, before }) => outer >= 0 && outer < before)).toBe(true)
})
