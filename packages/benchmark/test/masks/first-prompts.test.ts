import { expect, test } from 'vitest'
import { firstPrompts } from '../../src/masks/first-prompts.ts'

test('an object is followed by its first box, wherever that stands in the list', () => {
  const box = [0, 0, 9, 9] as const
  const later = { object: 'hand', frame: 20, box }
  const first = { object: 'hand', frame: 18, box: [1, 1, 5, 5] as const }
  const other = { object: '0000', frame: 30, box }
  expect(firstPrompts([later, other, first])).toEqual([first, other])
  expect(firstPrompts([])).toEqual([])
})
