import { rmSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, describe, expect, it, vi } from 'vitest'

import { decoderIdentity, hashFrames, readFrames, writeLossless, writePreview } from '../src/index.ts'
import { hasFfmpeg, temporaryFolder } from './ffmpeg-fixture.ts'
import { noiseFrames } from './noise.ts'

// As where the optional dependency was not installed.
vi.mock('node-av/lib', () => {
  throw new Error("Cannot find package 'node-av'")
})

const folder = temporaryFolder()
afterAll(() => rmSync(folder, { recursive: true }))

describe('without node-av', () => {
  it.skipIf(!hasFfmpeg)('ffmpeg reads and writes', async () => {
    expect((await decoderIdentity()).name).toBe('ffmpeg')
    const frames = { pixels: noiseFrames(4, 17, 23), fps: 12 }
    await writeLossless(join(folder, 'a.mkv'), frames)
    const back = await readFrames(join(folder, 'a.mkv'))
    expect(hashFrames(back.pixels)).toBe(hashFrames(frames.pixels))
    expect(back.fps).toBe(12)
    await writePreview(join(folder, 'a.mp4'), frames)
    expect((await readFrames(join(folder, 'a.mp4'))).pixels.shape).toEqual([4, 18, 24, 3])
  })

  it('node-av is not silently replaced when asked for by name', async () => {
    await expect(decoderIdentity('node-av')).rejects.toMatchObject({
      code: 'no-decoder',
      message: expect.stringMatching(/expected the decoder node-av, found that it cannot be used/),
    })
  })
})
