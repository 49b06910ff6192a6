import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, describe, expect, it } from 'vitest'

import { hashFrames, probeVideo, readFrames, readImage, writePngFolder } from '../src/index.ts'
import { temporaryFolder } from './ffmpeg-fixture.ts'
import { noiseFrames } from './noise.ts'

const folder = temporaryFolder()
afterAll(() => rmSync(folder, { recursive: true }))

const goldens: { cases: Record<string, { file: string; height: number; width: number; sha256: string }> } = JSON.parse(
  readFileSync(new URL('goldens/images.json', import.meta.url), 'utf8'),
)

describe("readImage has the pixels of Pillow 12.3.0's convert('RGB')", () => {
  it.each(Object.entries(goldens.cases))('%s', async (name, { file, height, width, sha256 }) => {
    writeFileSync(join(folder, name), Buffer.from(file, 'base64'))
    const image = await readImage(join(folder, name))
    expect(image.shape).toEqual([1, height, width, 3])
    expect(createHash('sha256').update(image.data).digest('hex')).toBe(sha256)
  })
})

describe('a folder of images is a video', () => {
  it('in the order of the numbers in the names', async () => {
    const numbered = join(folder, 'numbered')
    mkdirSync(numbered)
    const frames = noiseFrames(12, 6, 9)
    for (let t = 0; t < 12; t++) {
      await writePngFolder(join(folder, `one-${t}`), { pixels: frames.lo(t, 0, 0, 0).hi(1, 6, 9, 3), fps: undefined })
      writeFileSync(join(numbered, `f${t}.PNG`), readFileSync(join(folder, `one-${t}`, 'frame_0000.png')))
    }
    writeFileSync(join(numbered, 'notes.txt'), 'not a frame')
    writeFileSync(join(numbered, '.hidden.png'), 'not a frame')
    const read = await readFrames(numbered)
    expect(hashFrames(read.pixels)).toBe(hashFrames(frames))
    expect([read.fps, read.timestamps]).toEqual([undefined, undefined])
    const window = await readFrames(numbered, { window: { start: 1, stride: 5, count: 2 } })
    expect(hashFrames(window.pixels)).toBe(hashFrames(frames.lo(1, 0, 0, 0).step(5, 1, 1, 1).hi(2, 6, 9, 3)))
    expect(await probeVideo(numbered)).toEqual({
      path: numbered,
      kind: 'image-folder',
      width: 9,
      height: 6,
      fps: undefined,
      frameCount: 12,
      durationSeconds: undefined,
      codec: 'png',
      pixelFormat: 'rgb24',
      rotation: 0,
    })
  })

  it('a file that is rewritten is read anew', async () => {
    const target = join(folder, 'rewritten')
    for (const height of [6, 7]) {
      rmSync(target, { recursive: true, force: true })
      await writePngFolder(target, { pixels: noiseFrames(1, height, 9), fps: undefined })
      expect((await readFrames(target)).pixels.data).toEqual(noiseFrames(1, height, 9).data)
    }
  })
})
