import { readdirSync, readFileSync } from 'node:fs'

import { type FrameArray, frameArray, readFrames } from '@kinemetric/video'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'

import { hasShared, sharedPath } from '../../../../../test/shared.ts'
import { type Tracker } from '../../../src/index.ts'
import { openLucasKanade } from '../../../src/models/lucas-kanade/open.ts'
import { affineClip, maskQueries } from '../affine-clips.ts'

let tracker: Tracker
beforeAll(async () => {
  tracker = await openLucasKanade()
})
afterAll(() => tracker.close())

/** A textured frame whose pixels are a smooth formula, shifted by (dx, dy) a frame. */
function slidingClip(length: number, dx: number, dy: number): FrameArray {
  const [height, width] = [96, 128]
  const data = new Uint8Array(length * height * width * 3)
  for (let t = 0, at = 0; t < length; t++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++, at += 3) {
        const [u, v] = [x - t * dx, y - t * dy]
        data.fill(127.5 + 60 * Math.sin(0.31 * u + 0.2 * v) + 60 * Math.cos(0.17 * u - 0.4 * v), at, at + 3)
      }
    }
  }
  return frameArray(data, length, height, width)
}

describe('Lucas-Kanade', () => {
  const clip = slidingClip(6, 1.5, -0.75)
  const queries = [
    { t: 0, x: 60, y: 60 },
    { t: 3, x: 40.5, y: 50.25 },
    { t: 5, x: 70, y: 30 },
  ]

  it('follows points forwards and backwards from the frame that each is asked for in', async () => {
    const { points, visible, count, length } = await tracker.track(clip, queries)
    expect([count, length]).toEqual([3, 6])
    for (const [n, query] of queries.entries()) {
      for (let t = 0; t < 6; t++) {
        // A smooth formula is matched to a few hundredths of a pixel; bytes and five steps leave a tenth.
        expect(points[2 * (n * 6 + t)]).toBeCloseTo(query.x + 1.5 * (t - query.t), 0.7)
        expect(points[2 * (n * 6 + t) + 1]).toBeCloseTo(query.y - 0.75 * (t - query.t), 0.7)
        expect(visible[n * 6 + t]).toBe(1)
      }
    }
    // The points that were asked for are the points that come back.
    expect(points.slice(2 * (6 + 3), 2 * (6 + 3) + 2)).toEqual(Float32Array.of(40.5, 50.25))
  })

  it('gives the same tracks for the same clip, and for a view of a larger one', async () => {
    const first = await tracker.track(clip, queries)
    expect(await tracker.track(clip, queries)).toEqual(first)
    const { data } = slidingClip(8, 1.5, -0.75)
    const view = frameArray(data, 8, 96, 128).hi(6)
    expect(await tracker.track(view, queries)).toEqual(first)
  })

  it('holds a point that leaves the frame for invisible from then on', async () => {
    // x = 112, 116, … 132 in a frame that ends at 127; near the border the window may lose it a frame early.
    const { visible } = await tracker.track(slidingClip(6, 4, 0), [{ t: 0, x: 112, y: 50 }])
    expect([...visible].slice(0, 2)).toEqual([1, 1])
    expect([...visible].slice(4)).toEqual([0, 0])
    expect([...visible].toSorted((a, b) => b - a)).toEqual([...visible])
  })

  it('refuses what cannot be tracked, saying where', async () => {
    const one = clip.hi(1)
    await expect(tracker.track(one, queries.slice(0, 1))).rejects.toThrow(/at least 2 frames to track through, found 1/)
    await expect(tracker.track(clip, [])).rejects.toThrow(expect.objectContaining({ code: 'no-points' }))
    for (const outside of [
      { t: 6, x: 5, y: 5 },
      { t: 0, x: 127.5, y: 5 },
      { t: 0, x: 5, y: -0.1 },
      { t: 0.5, x: 5, y: 5 },
      { t: 0, x: Number.NaN, y: 5 },
    ]) {
      await expect(tracker.track(clip, [queries[0], outside])).rejects.toThrow(
        /expected point 1 at a whole frame of 0..5/,
      )
    }
    const closed = await openLucasKanade()
    await closed.close()
    await expect(closed.track(clip, queries)).rejects.toMatchObject({ code: 'closed' })
  })

  it('leaves no handler of uncaught exceptions behind', () => {
    const handlers = [...process.listeners('uncaughtException'), ...process.listeners('unhandledRejection')]
    expect(handlers.map(String).join('\n')).not.toMatch(/ExitStatus|abort/)
  })
})

describe.skipIf(!hasShared('data', 'interdyn-examples'))(
  'Lucas-Kanade on real frames under known affine motions',
  () => {
    interface Offset {
      objects: string[]
      estimated_offset: number
    }

    // Half a minute: with the long tests.
    test.runIf(process.env.KINEMETRIC_FULL)(
      'the median error is below 1.2 px and at least 70 % are below 4 px, over 29 clips',
      { timeout: 300_000 },
      async () => {
        const offsets: Record<string, Offset> = JSON.parse(
          readFileSync(sharedPath('data', 'interdyn-object-mask-offsets.json'), 'utf8'),
        )
        const errors: number[] = []
        const length = 14
        for (const id of readdirSync(sharedPath('data', 'interdyn-examples'))) {
          const folder = sharedPath('data', 'interdyn-examples', id)
          const { objects, estimated_offset: start } = offsets[id]
          const one = { window: { start: 0, stride: 1, count: 1 } }
          const { pixels: frame } = await readFrames(`${folder}/video.webm`, one)
          const mask = await readFrames(`${folder}/mask_${objects[0]}.webm`, { window: { start, stride: 1, count: 1 } })
          const queries = maskQueries(mask.pixels, 100)
          const { clip, motion } = affineClip(frame, length, Number(id))
          const { points } = await tracker.track(clip, queries)
          const [, height, width] = frame.shape
          for (const [n, { x, y }] of queries.entries()) {
            for (let t = 1; t < length; t++) {
              const [trueX, trueY] = motion(t, x, y)
              if (trueX < 0 || trueY < 0 || trueX > width - 1 || trueY > height - 1) continue
              const at = 2 * (n * length + t)
              errors.push(Math.hypot(points[at] - trueX, points[at + 1] - trueY))
            }
          }
        }
        errors.sort((a, b) => a - b)
        const median = errors[errors.length >> 1]
        const near = errors.filter((error) => error < 4).length / errors.length
        console.log(`${errors.length} points: median ${median.toFixed(3)} px, ${(100 * near).toFixed(1)} % below 4 px`)
        expect(errors.length).toBeGreaterThan(30_000)
        expect(median).toBeLessThan(1.2)
        expect(near).toBeGreaterThan(0.7)
      },
    )
  },
)
