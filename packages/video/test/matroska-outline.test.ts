import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { hasShared, sharedPath } from '../../../test/shared.ts'
import { countFrames, matroskaOutline, probeVideo } from '../src/index.ts'

/** An element: its id and its content. */
function element(id: readonly number[], content: readonly number[]): number[] {
  return [...id, 0x40 | (content.length >> 8), content.length & 255, ...content]
}

const duration = [0x23, 0xe3, 0x83, 0x84, 0x04, 0xf7, 0x90, 0xd5]
const size = element([0xe0], [0xb0, 0x82, 0x01, 0xab, 0xba, 0x81, 0xf0])
const track = element([0x16, 0x54, 0xae, 0x6b], element([0xae], [0xd7, 0x81, 1, 0x83, 0x81, 1, ...duration, ...size]))
/** A block of a track, with its flags. */
const block = (of: number, flags = 0x80) => element([0xa3], [0x80 | of, 0, 0, flags, 1, 2, 3])
const cluster = (...blocks: readonly number[][]) => element([0x1f, 0x43, 0xb6, 0x75], blocks.flat())
const file = (...parts: readonly number[][]) => Uint8Array.from(element([0x18, 0x53, 0x80, 0x67], parts.flat()))

test('frames are the blocks of the first video track that are shown', () => {
  const bytes = file(track, cluster(block(1), block(2), block(1)), cluster(block(1, 0x08), block(1)))
  expect(matroskaOutline(bytes)).toEqual({ height: 240, width: 427, fps: expect.closeTo(12, 6), frames: 3 })
})

test('what only a decoder tells is not guessed', () => {
  expect(matroskaOutline(file(track, cluster(block(1, 0x82))))).toBeUndefined()
  expect(matroskaOutline(file(track, cluster(block(1))).subarray(0, -2))).toBeUndefined()
  expect(matroskaOutline(file(cluster(block(1))))).toBeUndefined()
  expect(matroskaOutline(new Uint8Array(64))).toBeUndefined()
  expect(matroskaOutline(new Uint8Array())).toBeUndefined()
})

describe.skipIf(!hasShared('data', 'ssv2-mini'))('of real clips', () => {
  test('the outline is what decoding finds', async () => {
    const made = sharedPath('data', 'ssv2-mini', 'synthetic-videos')
    const real = sharedPath('data', 'interdyn-examples')
    const names = (await readdir(real)).filter((name) => /^\d+$/.test(name)).slice(0, 8)
    const paths = [
      ...(await readdir(made)).map((name) => join(made, name)),
      ...names.map((id) => join(real, id, 'video.webm')),
    ]
    expect(paths.length).toBeGreaterThan(10)
    for (const path of paths) {
      const { height, width, fps } = await probeVideo(path)
      const frames = await countFrames(path)
      expect(matroskaOutline(await readFile(path))).toEqual({ height, width, fps: expect.closeTo(fps ?? 0, 3), frames })
    }
  })
})
