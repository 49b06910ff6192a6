import { expect, it } from 'vitest'
import { decodingWarnings } from '../src/conclude/decoding-warnings.ts'

const gap = { side: 'generated' as const, code: 'gap', message: 'a gap after frame 4' }

it('a clip is named, and its sample', () => {
  expect(decodingWarnings([{ clip: 'a', warnings: [gap] }, { clip: 'b' }])).toEqual([
    'a: generated: a gap after frame 4',
  ])
  const clips = ['s0', 's1'].map((sample) => ({
    clip: 'a',
    sample,
    warnings: [gap, { ...gap, side: 'reference' as const }],
  }))
  expect(decodingWarnings(clips)).toEqual([
    'a@s0: generated: a gap after frame 4',
    'a@s1: generated: a gap after frame 4',
    'a: reference: a gap after frame 4',
  ])
})

it('many clips are counted', () => {
  const clips = Array.from({ length: 7 }, (_, i) => ({ clip: `c${i}`, warnings: [gap] }))
  expect(decodingWarnings(clips)).toEqual([
    '7 clips (c0, c1, c2, c3, c4 and 2 more): generated: a gap after frame 4 (c0)',
  ])
})
