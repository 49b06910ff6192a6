import { expect, test } from 'vitest'
import { requireObjectNames } from '../../src/masks/object-names.ts'

const refuse = (objects: string[], tells: boolean) => () => requireObjectNames(objects, 'masks', tells)

test('names that would lie where something else does, or be no folder’s, are refused', () => {
  for (const name of ['masks.json', 'MASKS.json', '.frames', 'a/b', '..', ''])
    expect(refuse(['cup', name], true), name).toThrow(expect.objectContaining({ code: 'bad-prompts' }))
  expect(refuse(['cup', 'masks', 'json', 'frame_0000.png'], true)).not.toThrow()
})

test('names that differ by case alone are two where the file system tells them apart; by the form of accents never', () => {
  expect(refuse(['Cup', 'cup'], true)).not.toThrow()
  expect(refuse(['Cup', 'cup'], false)).toThrow(expect.objectContaining({ found: 'Cup and cup' }))
  const [composed, decomposed] = ['tést', 'tést'.normalize('NFD')]
  expect(refuse([composed, decomposed], true)).toThrow(expect.objectContaining({ code: 'bad-prompts' }))
})
