import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, describe, expect, it } from 'vitest'

import {
  centreCrop,
  contiguous,
  hashFrames,
  probeVideo,
  readFrames,
  writeLossless,
  writePngFolder,
  writePreview,
} from '../src/index.ts'
import { encodeWithFfmpeg } from '../src/encode/encode-with-ffmpeg.ts'
import { losslessEncoding, previewEncoding } from '../src/encode/encoding.ts'
import { frameRateFraction, presentationTimes } from '../src/frames/frame-rate.ts'
import { hasFfmpeg, temporaryFolder } from './ffmpeg-fixture.ts'
import { noiseFrames, smoothFrames } from './noise.ts'

const folder = temporaryFolder()
afterAll(() => rmSync(folder, { recursive: true }))
const at = (name: string): string => join(folder, name)

describe('writeLossless', () => {
  it.each([
    [256, 384],
    [17, 23],
    [1, 1],
    [2, 301],
  ])('%i×%i comes back with the same bytes and rate', async (height, width) => {
    const frames = { pixels: noiseFrames(5, height, width), fps: 7 }
    await writeLossless(at('a.mkv'), frames)
    const back = await readFrames(at('a.mkv'))
    expect(hashFrames(back.pixels)).toBe(hashFrames(frames.pixels))
    expect(back.fps).toBeCloseTo(7, 3)
  })

  it('writes views as they look', async () => {
    const view = centreCrop(noiseFrames(6, 30, 40).step(2, 1, -1, 1), 10, 12)
    await writeLossless(at('view.mkv'), { pixels: view, fps: 12 })
    expect(hashFrames((await readFrames(at('view.mkv'))).pixels)).toBe(hashFrames(view))
  })

  it('the same frames give the same file, over an older one, and leave nothing beside it', async () => {
    const frames = { pixels: noiseFrames(3, 20, 30), fps: 29.97 }
    await writeLossless(at('one.mkv'), { pixels: noiseFrames(9, 20, 30), fps: 5 })
    await writeLossless(at('one.mkv'), frames)
    await writeLossless(at('two.mkv'), frames)
    expect(readFileSync(at('one.mkv')).equals(readFileSync(at('two.mkv')))).toBe(true)
    expect((await probeVideo(at('one.mkv'))).fps).toBeCloseTo(30000 / 1001, 3)
    expect(readdirSync(folder).filter((name) => name.includes('.tmp'))).toEqual([])
  })

  it('without any timing, 12 frames a second', async () => {
    await writeLossless(at('untimed.mkv'), { pixels: noiseFrames(3, 20, 30), fps: undefined })
    expect((await probeVideo(at('untimed.mkv'))).fps).toBeCloseTo(12, 3)
  })
})

describe('writePreview', () => {
  it.each([
    [96, 128],
    [67, 91],
    [1, 1],
  ])('%i×%i plays: H.264 4:2:0 of even size, limited BT.709, index in front', async (height, width) => {
    const frames = { pixels: smoothFrames(16, height, width), fps: 12 }
    await writePreview(at('p.mp4'), frames)
    const info = await probeVideo(at('p.mp4'))
    expect(info).toMatchObject({ codec: 'h264', pixelFormat: 'yuv420p', frameCount: 16, fps: 12, rotation: 0 })
    expect([info.height, info.width]).toEqual([height + (height % 2), width + (width % 2)])
    const bytes = readFileSync(at('p.mp4')).toString('latin1')
    expect(bytes.indexOf('moov')).toBeLessThan(bytes.indexOf('mdat'))
    if (height < 50) return
    // Lossy, but right: colours would be 10 levels off with the wrong matrix or range.
    const back = contiguous((await readFrames(at('p.mp4'))).pixels.hi(16, height, width, 3)).data
    const error = back.reduce((sum, value, i) => sum + Math.abs(value - frames.pixels.data[i]), 0) / back.length
    expect(error).toBeLessThan(3)
  })

  it('the same frames give the same file', async () => {
    const frames = { pixels: smoothFrames(10, 64, 96), fps: 12 }
    await writePreview(at('one.mp4'), frames)
    await writePreview(at('two.mp4'), frames)
    expect(readFileSync(at('one.mp4')).equals(readFileSync(at('two.mp4')))).toBe(true)
  })
})

describe('writePngFolder', () => {
  it('numbers frames from 0000', async () => {
    const frames = { pixels: noiseFrames(3, 9, 11), fps: undefined }
    await writePngFolder(at('deep/er/png'), frames)
    expect(readdirSync(at('deep/er/png')).sort()).toEqual(['frame_0000.png', 'frame_0001.png', 'frame_0002.png'])
    expect(hashFrames((await readFrames(at('deep/er/png'))).pixels)).toBe(hashFrames(frames.pixels))
  })
})

describe.skipIf(!hasFfmpeg)('the spawned encoder', () => {
  it.each([losslessEncoding, previewEncoding])(
    '$encoder writes what node-av writes, as far as can be seen',
    async (encoding) => {
      const frames = { pixels: smoothFrames(9, 64, 96), fps: 12 }
      const [count, height, width] = frames.pixels.shape
      const spawned = at(`spawned${encoding.extension}`)
      await encodeWithFfmpeg(spawned, {
        encoding,
        rgb: frames.pixels.data,
        count,
        height,
        width,
        ...presentationTimes(frames),
      })
      const ours = at(`ours${encoding.extension}`)
      await (encoding === losslessEncoding ? writeLossless : writePreview)(ours, frames)
      const [a, b] = [await readFrames(spawned), await readFrames(ours)]
      expect([a.pixels.shape, a.fps]).toEqual([b.pixels.shape, b.fps])
      const difference = a.pixels.data.reduce((sum, value, i) => sum + Math.abs(value - b.pixels.data[i]), 0)
      // Two versions of x264 may differ a little.
      expect(difference / b.pixels.data.length).toBeLessThan(encoding === losslessEncoding ? 1e-9 : 1)
    },
  )

  it('says why it failed', async () => {
    const job = { encoding: losslessEncoding, rgb: new Uint8Array(12), count: 1, height: 2, width: 2 }
    const times = presentationTimes({ pixels: noiseFrames(1, 2, 2), fps: 12 })
    await expect(encodeWithFfmpeg(at('no/folder.mkv'), { ...job, ...times })).rejects.toThrow(
      /No such file or directory/,
    )
  })
})

describe('frame rates and times', () => {
  it.each([
    [12, 12, 1],
    [6, 6, 1],
    [29.97, 30000, 1001],
    [23.976, 24000, 1001],
    [12.5, 12500, 1000],
    [0.5, 500, 1000],
  ])('%f is %i/%i', (fps, num, den) => expect(frameRateFraction(fps)).toEqual({ num, den }))
  it('even timestamps are counted, uneven ones kept in milliseconds from the first', () => {
    const pixels = noiseFrames(3, 2, 2)
    const even = presentationTimes({ pixels, fps: 6, timestamps: Float64Array.of(0.5, 0.667, 0.833) })
    expect(even).toEqual({ timeBase: { num: 1, den: 6 }, frameRate: { num: 6, den: 1 }, pts: [0n, 1n, 2n] })
    const uneven = presentationTimes({ pixels, fps: 6, timestamps: Float64Array.of(0.5, 0.5, 1) })
    expect(uneven).toEqual({ timeBase: { num: 1, den: 1000 }, frameRate: { num: 6, den: 1 }, pts: [0n, 1n, 500n] })
  })
})
