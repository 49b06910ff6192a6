import { rmSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { hasEnding, hashFrames, imageEndings, otherImageEndings, readFrames, videoEndings } from '../src/index.ts'
import { ffmpegAll, hasFfmpeg, temporaryFolder, testPicture } from './ffmpeg-fixture.ts'

const folder = temporaryFolder()
afterAll(() => rmSync(folder, { recursive: true }))

it('endings are told in any case, and a name is more than its ending', () => {
  expect(hasEnding('a.MP4', videoEndings)).toBe(true)
  expect(hasEnding('a.b.WebP', imageEndings)).toBe(true)
  expect(hasEnding('a.dvr-ms', videoEndings)).toBe(true)
  for (const name of ['.png', 'png', 'a.png.txt', 'a.', 'a']) expect(hasEnding(name, imageEndings)).toBe(false)
  const all = [...imageEndings, ...otherImageEndings, ...videoEndings]
  expect(new Set(all).size).toBe(all.length)
})

const written =
  'flv f4v m2ts mts ts mpg vob m1v m2v 3gp ogv wmv asf ivf nut y4m mxf m4v h264 hevc obu avi mkv gif'.split(' ')

describe.skipIf(!hasFfmpeg)('videos that folders list by their ending are read by both decoders', () => {
  beforeAll(() => {
    // 3gp takes no other size.
    const five = ['-pix_fmt', 'yuv420p', '-frames:v', '5']
    const outputs = written.map((ending) => [
      ...(ending === '3gp' ? ['-s', '176x144'] : []),
      ...five,
      join(folder, `a.${ending}`),
    ])
    ffmpegAll(testPicture(96, 64, 5, 25).slice(0, 4), outputs)
  })
  it.each(written)('.%s', async (ending) => {
    const path = join(folder, `a.${ending}`)
    const size = ending === '3gp' ? [176, 144] : [96, 64]
    expect(hasEnding(path, videoEndings)).toBe(true)
    const ours = await readFrames(path, { decoder: 'node-av' })
    const spawned = await readFrames(path, { decoder: 'ffmpeg' })
    expect(ours.pixels.shape).toEqual([5, size[1], size[0], 3])
    expect(hashFrames(spawned.pixels)).toBe(hashFrames(ours.pixels))
  })
})
