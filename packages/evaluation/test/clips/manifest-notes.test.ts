import { expect, test } from 'vitest'
import { manifestNotes } from '../../src/clips/manifest-notes.ts'

const reference = { path: 'clips/a/reference.mkv' }
const control = (type: 'mask' | 'box', source?: string) => ({ type, source, dir: 'clips/a/control', count: 14 })

test('of clips with a reference and masks of one origin there is nothing to say', () => {
  expect(manifestNotes([{ reference, control: control('mask') }])).toEqual([])
  expect(manifestNotes([{ reference }])).toEqual([])
})

test('boxes are said even where all clips have them, and a mixture is said with its counts', () => {
  const boxed = { reference, control: control('box', 'boxes') }
  expect(manifestNotes([boxed, boxed])).toEqual(['control signals: box from boxes (2)'])
  expect(manifestNotes([boxed, { reference, control: control('mask') }, { reference }])).toEqual([
    'control signals: box from boxes (1), mask (1), none (1)',
  ])
})

test('prompts are counted', () => {
  expect(manifestNotes([{ reference }, {}])).toEqual([
    '1 of 2 clips are prompts: what needs a reference has no value for them',
  ])
})
