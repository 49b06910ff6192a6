import { expect, test } from 'vitest'
import { ManifestNotes } from '../src/references/manifest-notes.ts'

function manifestNotes(clips: readonly Parameters<ManifestNotes['add']>[0][], fps?: number | null): string[] {
  const notes = new ManifestNotes()
  for (const clip of clips) notes.add(clip)
  return notes.words(fps)
}

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

test('clips of sources without a rate are told under a protocol that has one', () => {
  const source = { dataset: 'folder', video: 'a', fps: null }
  const window = { start: 0, stride: 1, count: 14 }
  const clips = [
    { reference, source, window },
    { reference, source: { ...source, fps: 12 }, window },
    { source, window },
    { reference, source, window: { ...window, count: 1 } },
  ]
  const told = expect.stringMatching(/^1 of 4 clips .* say no rate: .* as at the protocol's 6 a second$/)
  expect(manifestNotes(clips, 6)).toEqual([expect.stringContaining('prompts'), told])
  expect(manifestNotes(clips, null)).toHaveLength(1)
})
