import { frameArray } from '@kinemetric/video'
import { describe, expect, it } from 'vitest'

import { drawTracklets, type Tracklets } from '../../src/index.ts'

const [height, width, length] = [40, 60, 5]
const grey = frameArray(new Uint8Array(length * height * width * 3).fill(100), length, height, width)
const red = [255, 0, 0] as const

/** One point that goes 8 px to the right in each frame. */
const moving: Tracklets = {
  points: Float32Array.from({ length: length * 2 }, (_, i) => (i % 2 === 0 ? 10 + 4 * i : 20)),
  visible: Uint8Array.of(1, 1, 1, 1, 0),
  count: 1,
  length,
}

describe('drawn tracklets', () => {
  const drawn = drawTracklets(grey, moving, { colours: [red], lineWidth: 2, radius: 6 })
  const pixel = (t: number, y: number, x: number): number[] => [0, 1, 2].map((c) => drawn.get(t, y, x, c))

  it('leave the frames as they are and untouched places alone', () => {
    expect(grey.data.every((value) => value === 100)).toBe(true)
    expect(pixel(4, 5, 5)).toEqual([100, 100, 100])
    expect(drawn.shape).toEqual([length, height, width, 3])
  })

  it('show the point where it is in each frame, hollow when it is not seen', () => {
    for (let t = 0; t < 4; t++) expect(pixel(t, 20, 10 + 8 * t)).toEqual([255, 0, 0])
    expect(pixel(4, 20 - 5, 42)).toEqual([255, 0, 0])
    // Inside the ring, off the tail that ends at its middle.
    expect(pixel(4, 20, 45)).toEqual([100, 100, 100])
    // Not yet there.
    expect(pixel(0, 20, 34)).toEqual([100, 100, 100])
  })

  it('fade the tail with age', () => {
    const redness = [12, 20, 28].map((x) => pixel(4, 20, x)[0] - 100)
    expect(redness[0]).toBeGreaterThan(0)
    expect(redness[1]).toBeGreaterThan(redness[0])
    expect(redness[2]).toBeGreaterThan(redness[1])
    const short = drawTracklets(grey, moving, { colours: [red], tail: 1 })
    expect(short.get(4, 20, 20, 0)).toBe(100)
    expect(short.get(4, 20, 36, 0)).toBeGreaterThan(150)
  })

  it('are antialiased', () => {
    const edge = [pixel(0, 14, 10)[0], pixel(0, 13, 10)[0]]
    expect(edge[0]).toBe(Math.round(100 + 0.5 * 155))
    expect(edge[1]).toBe(100)
  })

  it('can dim the video, draw outside of it and give neighbours like colours', () => {
    const far = { ...moving, points: moving.points.map((value) => value * 1000) }
    const dark = drawTracklets(grey, far, { video: 0.5 })
    expect(dark.data.every((value) => value === 50)).toBe(true)
    expect(() => drawTracklets(grey, { ...moving, length: 4 })).toThrow(/tracklets of 5 frames, found 4/)
    expect(() => drawTracklets(grey, moving, { colours: [red, red] })).toThrow(/expected 1 colours, found 2/)
  })
})
