import { assert, property, string } from 'fast-check'
import { expect, test } from 'vitest'
import { mediaName, methodSide, previewPath, tracksPath } from '../src/clips/media-path.ts'

test("a clip's media are called as the clip, where a file can be", () => {
  expect(previewPath('reference', '243')).toBe('media/reference/243.mp4')
  expect(tracksPath('static', 'café @1')).toBe('media/static/café @1.tracks.json')
})

test('names that no file can have get one that is safe, and no two clips share it', () => {
  const names = ['take\\2', 'take_2', 'take/2', 'a:b', 'a\u0000b', '.hidden', '漢'.repeat(90), '漢'.repeat(91)]
  expect(new Set(names.map(mediaName)).size).toBe(names.length)
  assert(
    property(string({ unit: 'binary', minLength: 1, maxLength: 300 }), (name) => {
      const path = tracksPath('m', name)
      expect(path).toMatch(/^media\/m\/[^\\/:\p{Cc}]+\.tracks\.json$/u)
      expect(Buffer.byteLength(path.split('/')[2])).toBeLessThanOrEqual(255)
    }),
    { seed: 2 },
  )
})

test('a method that is called as the references does not overwrite them', () => {
  expect(methodSide('reference')).not.toBe('reference')
  expect(methodSide('static')).toBe('static')
})
