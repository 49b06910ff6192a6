import { expect, test } from 'vitest'
import { clipValues, metricKey } from '../src/site-model/clip-values.ts'

const base = { clip: 'a', metric: 'psnr', recipe: 'frame-mean' }
const valueOf = (rows: Parameters<typeof clipValues>[0]) =>
  clipValues(rows).get(metricKey('psnr', 'frame-mean'))!.get('a')!

test('a clip has its own value (frame −1), else the mean of its frames; frames stand in order', () => {
  const frames = [
    { ...base, frame: 2, value: 4 },
    { ...base, frame: 1, value: 2 },
  ]
  expect(valueOf(frames)).toEqual({
    value: 3,
    frames: [
      { frame: 1, value: 2 },
      { frame: 2, value: 4 },
    ],
  })
  expect(valueOf([...frames, { ...base, frame: -1, value: 9 }]).value).toBe(9)
})

test('of several samples the clip has the value over all, whatever the order of rows, and a frame their mean', () => {
  const rows = [
    { ...base, frame: -1, value: 5 },
    { ...base, frame: 0, value: 2, sample: 's0' },
    { ...base, frame: 0, value: 6, sample: 's1' },
    { ...base, frame: -1, value: 4, sample: 's0' },
    { ...base, frame: -1, value: 6, sample: 's1' },
  ]
  for (const given of [rows, rows.toReversed()])
    expect(valueOf(given)).toEqual({ value: 5, frames: [{ frame: 0, value: 4 }] })
})
