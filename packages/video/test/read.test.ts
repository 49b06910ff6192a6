import { rmSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { hasShared, sharedPath } from '../../../test/shared.ts'
import {
  contiguous,
  decoderIdentity,
  hashFrames,
  readFrames,
  streamFrames,
  writeLossless,
  type Frames,
} from '../src/index.ts'
import { temporaryFolder } from './ffmpeg-fixture.ts'
import { noiseFrames } from './noise.ts'

const folder = temporaryFolder()
afterAll(() => rmSync(folder, { recursive: true }))
const clip = noiseFrames(24, 18, 26)
const path = join(folder, 'clip.mkv')
const uneven = join(folder, 'uneven.mkv')
const unevenTimes = [0, 0.04, 0.08, 0.5, 0.52, 1.3, 1.34, 1.38]

beforeAll(async () => {
  await writeLossless(path, { pixels: clip, fps: 12 })
  const pixels = contiguous(clip.hi(8, 18, 26, 3))
  await writeLossless(uneven, { pixels, fps: undefined, timestamps: Float64Array.from(unevenTimes) })
})

/** Indices of the frames of `clip` that were read. */
function indices({ pixels }: Frames): number[] {
  const known = Array.from({ length: 24 }, (_, t) => hashFrames(clip.lo(t, 0, 0, 0).hi(1, 18, 26, 3)))
  return Array.from({ length: pixels.shape[0] }, (_, t) =>
    known.indexOf(hashFrames(pixels.lo(t, 0, 0, 0).hi(1, 18, 26, 3))),
  )
}

describe('windows', () => {
  it.each([
    [{ start: 0, stride: 1, count: 'all' as const }, Array.from({ length: 24 }, (_, i) => i)],
    [{ start: 0, stride: 2, count: 12 }, Array.from({ length: 12 }, (_, i) => 2 * i)],
    [{ start: 5, stride: 7, count: 3 }, [5, 12, 19]],
    [{ start: 23, stride: 100, count: 1 }, [23]],
    [{ start: 3, stride: 9, count: 'all' as const }, [3, 12, 21]],
  ])('%j', async (window, expected) => {
    const read = await readFrames(path, { window })
    expect(indices(read)).toEqual(expected)
    expect(read.fps).toBeCloseTo(12 / window.stride, 9)
    // Matroska keeps times to the millisecond.
    read.timestamps?.forEach((time, i) => expect(time).toBeCloseTo(expected[i] / 12, 2.9))
  })
})

describe('resampling by timestamps', () => {
  it('down: each frame is the one on show at its time', async () => {
    const read = await readFrames(path, { fps: 4 })
    expect(indices(read)).toEqual([0, 3, 6, 9, 12, 15, 18, 21])
    expect(read.fps).toBe(4)
    expect([...(read.timestamps ?? [])]).toEqual([0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75])
  })
  it('to the same rate: nothing changes', async () => {
    expect(indices(await readFrames(path, { fps: 12 }))).toEqual(Array.from({ length: 24 }, (_, i) => i))
  })
  it('up: frames are repeated, each with bytes of its own', async () => {
    const read = await readFrames(path, { fps: 24, window: { start: 0, stride: 1, count: 6 } })
    expect(indices(read)).toEqual([0, 0, 1, 1, 2, 2])
    const pixels = []
    for await (const frame of streamFrames(path, { fps: 24, window: { start: 0, stride: 1, count: 4 } })) {
      frame.pixels.data.fill(0, 0, 1)
      pixels.push(frame.pixels.data)
    }
    expect(new Set(pixels).size).toBe(4)
  })
  it('a rate that does not divide', async () => {
    // At k/5 s the frame ⌊12k/5⌋ is on show.
    expect(indices(await readFrames(path, { fps: 5 }))).toEqual([0, 2, 4, 7, 9, 12, 14, 16, 19, 21])
  })
  it('uneven times', async () => {
    // Ticks at 0, 0.25, 0.5, …; frame 2 stays from 0.08 s to 0.5 s, frame 4 from 0.52 s to 1.3 s.
    expect(indices(await readFrames(uneven, { fps: 4 }))).toEqual([0, 2, 3, 4, 4, 4])
    expect([...((await readFrames(uneven)).timestamps ?? [])]).toEqual(unevenTimes)
  })
  it('with a window, which counts resampled frames', async () => {
    expect(indices(await readFrames(path, { fps: 4, window: { start: 1, stride: 2, count: 3 } }))).toEqual([3, 9, 15])
    await expect(readFrames(path, { fps: 4, window: { start: 0, stride: 1, count: 9 } })).rejects.toThrow(
      'found 8 frames in all',
    )
  })
})

describe('several readings at once', () => {
  it('do not disturb each other', async () => {
    const all = await Promise.all(
      Array.from({ length: 12 }, (_, i) => readFrames(path, { window: { start: i, stride: 1, count: 12 } })),
    )
    all.forEach((read, i) => expect(indices(read)).toEqual(Array.from({ length: 12 }, (_, t) => i + t)))
  })

  it('a stream may be left early', async () => {
    for (let i = 0; i < 20; i++) {
      for await (const { index } of streamFrames(path)) if (index === i % 5) break
    }
    expect((await readFrames(path)).pixels.shape[0]).toBe(24)
  })
})

describe('memory', () => {
  it('of a stream does not grow with the number of frames', async () => {
    const long = join(folder, 'long.mkv')
    const still = noiseFrames(1, 240, 320)
    const pixels = { ...still, shape: [600, 240, 320, 3], stride: [0, 960, 3, 1] }
    // 600 frames of 230 kB: 138 MB if they were kept.
    await writeLossless(long, { pixels: Object.assign(Object.create(Object.getPrototypeOf(still)), pixels), fps: 30 })
    const before = process.memoryUsage().arrayBuffers
    let peak = 0
    for await (const { index } of streamFrames(long))
      if (index % 50 === 0) peak = Math.max(peak, process.memoryUsage().arrayBuffers - before)
    expect(peak).toBeLessThan(70e6)
  })
})

describe('decoderIdentity', () => {
  it('names what decodes', async () => {
    expect(await decoderIdentity()).toEqual({
      name: 'node-av',
      version: expect.stringMatching(/^6\.1\.1 \(FFmpeg 8\.1/),
    })
  })
})

describe.skipIf(!hasShared('data', 'interdyn-examples'))('real clips', () => {
  it('102979 has the frames that it had when this was written (FFmpeg 5.1.9 and 8.1 agree)', async () => {
    const { pixels, fps } = await readFrames(sharedPath('data', 'interdyn-examples', '102979', 'video.webm'), {
      window: { start: 0, stride: 2, count: 14 },
    })
    expect([pixels.shape, fps]).toEqual([[14, 240, 427, 3], 6])
    expect(hashFrames(pixels)).toBe('948812fd34c8dcbaed022e73af6bd1e57673ff721c1a87838f73f21fef3fa6ae')
  })
})
