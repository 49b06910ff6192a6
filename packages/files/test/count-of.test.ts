import { expect, test } from 'vitest'
import { countOf } from '../src/index.ts'

test('a number of things in words', () => {
  expect([0, 1, 2].map((count) => countOf(count, 'clip'))).toEqual(['0 clips', '1 clip', '2 clips'])
  expect([1, 2].map((count) => countOf(count, 'entry', 'entries'))).toEqual(['1 entry', '2 entries'])
})
