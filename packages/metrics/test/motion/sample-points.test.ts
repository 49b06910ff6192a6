import { describe, expect, it } from 'vitest'
import { type Mask, sampleGridPoints, sampleMaskPoints } from '../../src/index.ts'

function rectangle(width: number, height: number, left: number, top: number, right: number, bottom: number): Mask {
  const data = new Uint8Array(width * height)
  for (let y = top; y < bottom; y++) data.fill(255, y * width + left, y * width + right)
  return { width, height, data }
}

describe('points of a mask', () => {
  const mask = rectangle(40, 30, 10, 5, 30, 20)

  it('are 100 distinct pixels of the object, the same for one seed', () => {
    const points = sampleMaskPoints(mask)!
    expect(points).toHaveLength(100)
    expect(new Set(points.map(({ x, y }) => `${x},${y}`)).size).toBe(100)
    for (const { t, x, y } of points) {
      expect(t).toBe(0)
      expect(mask.data[y * 40 + x]).toBe(255)
    }
    expect(sampleMaskPoints(mask, 100, 0)).toEqual(points)
    expect(sampleMaskPoints(mask, 100, 1)).not.toEqual(points)
  })

  it('are all pixels of a mask of just as many, and none of a smaller one', () => {
    const small = rectangle(40, 30, 10, 5, 20, 15)
    const points = sampleMaskPoints(small)!
    expect(new Set(points.map(({ x, y }) => y * 40 + x))).toEqual(
      new Set([...small.data.keys()].filter((index) => small.data[index] !== 0)),
    )
    small.data[5 * 40 + 10] = 0
    expect(sampleMaskPoints(small)).toBeUndefined()
  })

  it('fall on every pixel equally often', () => {
    // 2000 draws of 5 of 20 pixels: each is expected 500 times with a standard deviation of 19.4; 5 deviations allowed.
    const twenty = rectangle(40, 30, 0, 0, 5, 4)
    const hits = new Map<number, number>()
    for (let seed = 0; seed < 2000; seed++) {
      for (const { x, y } of sampleMaskPoints(twenty, 5, seed)!) hits.set(y * 5 + x, (hits.get(y * 5 + x) ?? 0) + 1)
    }
    expect(hits.size).toBe(20)
    for (const count of hits.values()) expect(Math.abs(count - 500)).toBeLessThan(97)
  })

  it('need a mask with an object, of the size that it says and of the frame', () => {
    expect(() => sampleMaskPoints(rectangle(40, 30, 0, 0, 0, 0))).toThrow(expect.objectContaining({ code: 'empty' }))
    expect(() => sampleMaskPoints({ ...mask, width: 41 })).toThrow(/41x30 pixels, found 1200 values/)
    expect(() => sampleMaskPoints(mask, 100, 0, { width: 80, height: 60 })).toThrow(/size 80x60, found 40x30/)
    expect(() => sampleMaskPoints(mask, 0)).toThrow(expect.objectContaining({ code: 'bad-option' }))
  })
})

describe('grid points', () => {
  it('lie regularly on the model frame and are given in pixels of the original', () => {
    const points = sampleGridPoints({ width: 512, height: 384 }, { size: 6 })!
    expect(points).toHaveLength(36)
    expect(points[0]).toEqual({ t: 0, x: 8, y: 8 })
    expect(points[1].x).toBeCloseTo(107.2, 12)
    expect(points[35]).toEqual({ t: 0, x: 504, y: 376 })
    const half = sampleGridPoints({ width: 256, height: 192 }, { size: 6 })!
    expect(half[35].x).toBeCloseTo((504 * 255) / 511, 12)
  })

  it('keep to the mask, or to its box without the last row and column', () => {
    const frame = { width: 512, height: 384 }
    const mask = rectangle(512, 384, 0, 0, 9, 384)
    expect(sampleGridPoints(frame, { size: 6, mask })).toHaveLength(6)
    expect(sampleGridPoints(frame, { size: 6, mask, boundingBox: true })).toBeUndefined()
    const wider = rectangle(512, 384, 0, 0, 10, 384)
    expect(sampleGridPoints(frame, { size: 6, mask: wider, boundingBox: true })).toHaveLength(6)
    expect(sampleGridPoints(frame, { size: 6, mask, atLeast: 7 })).toBeUndefined()
    const empty = rectangle(512, 384, 0, 0, 0, 0)
    expect(() => sampleGridPoints(frame, { mask: empty, boundingBox: true })).toThrow(/with an object/)
  })
})
