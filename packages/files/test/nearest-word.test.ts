import { expect, test } from 'vitest'
import { nearestWord } from '@kinemetric/files'

test('the word that was meant is one with few letters added, dropped, changed or swapped', () => {
  const words = ['protocols', 'methods', 'metrics', 'margins']
  expect(nearestWord('protocol', words)).toBe('protocols')
  expect(nearestWord('metircs', words)).toBe('metrics')
  expect(nearestWord('Methods', words)).toBe('methods')
  expect(nearestWord('marigns', words)).toBe('margins')
})

test('nothing is meant by a word that is far from all', () => {
  expect(nearestWord('weights', ['protocols', 'metrics'])).toBeUndefined()
  expect(nearestWord('ab', ['cd'])).toBeUndefined()
  expect(nearestWord('x', [])).toBeUndefined()
})

test('a very long word takes no longer than a long one', () => {
  expect(nearestWord('a'.repeat(100_000), ['a'.repeat(100_000)])).toBeDefined()
})
