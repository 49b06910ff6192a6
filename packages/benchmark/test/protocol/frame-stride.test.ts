import { expect, test } from 'vitest'
import { frameStride } from '../../src/protocol/frame-stride.ts'

test.each([
  [12, 6, 2],
  [29.97, 6, 5],
  [6, 6, 1],
  [undefined, 6, 1],
  [25, null, 1],
])('of %s frames a second, for %s: every %i', (source, target, stride) => {
  expect(frameStride('a.mkv', source, target)).toBe(stride)
})

test.each([25, 5, 6.1])('%d frames a second are no multiple of 6', (source) => {
  expect(() => frameStride('a.mkv', source, 6)).toThrow(
    expect.objectContaining({ kind: 'unfit', code: 'unsupported-fps', where: 'a.mkv', found: String(source) }),
  )
})
