import { expect, test } from 'vitest'
import { didYouMean, nearestWord } from '@kinemetric/files'

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

test('what is said of it: the nearest, else the few that begin so', () => {
  const known = ['i3d-torchscript', 'i3d-pretrained-400', 'sam-1', 'sam-2', 'sam-3', 'sam-4']
  expect(didYouMean('i3d-torchscrip', known)).toBe('did you mean i3d-torchscript?')
  expect(didYouMean('i3d', known)).toBe('did you mean i3d-torchscript or i3d-pretrained-400?')
  expect(didYouMean('sam', known)).toBeUndefined()
  expect(didYouMean('', known)).toBeUndefined()
  expect(didYouMean('lpips', known)).toBeUndefined()
})
