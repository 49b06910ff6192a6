import { KinemetricError } from '@kinemetric/files'
import { describe, expect, it } from 'vitest'

import {
  centreCrop,
  centreCropOffset,
  contiguous,
  coverSize,
  cropFrames,
  frameArray,
  hashFrames,
  isContiguous,
  maskBounds,
  maskCrop,
  maskCropOffset,
  sliceFrames,
} from '../src/index.ts'
import { noiseFrames } from './noise.ts'

describe('coverSize, as InterDyn sizes its frames', () => {
  it.each([
    [240, 427, 256, 384, 256, 455],
    [240, 424, 256, 384, 256, 452],
    [240, 360, 256, 384, 256, 384],
    [240, 483, 256, 384, 256, 515],
    [480, 320, 256, 384, 576, 384],
    // 5 · 0.5 = 2.5 and 7 · 0.5 = 3.5: halves to even, as Python rounds.
    [4, 5, 2, 2, 2, 2],
    [4, 7, 2, 2, 2, 4],
  ])('%i×%i to cover %i×%i is %i×%i', (height, width, targetHeight, targetWidth, expectedHeight, expectedWidth) => {
    expect(coverSize(height, width, targetHeight, targetWidth)).toEqual({
      height: expectedHeight,
      width: expectedWidth,
    })
  })
})

describe('centreCrop', () => {
  it.each([
    [455, 36],
    [452, 34],
    [515, 66],
    [384, 0],
    [385, 0],
    [387, 2],
  ])('of 384 from %i begins at %i', (width, left) => {
    expect(centreCropOffset(256, width, 256, 384)).toEqual({ top: 0, left })
  })

  it('is a view of the right pixels', () => {
    const frames = noiseFrames(2, 7, 9)
    const crop = centreCrop(frames, 4, 4)
    expect(crop.data).toBe(frames.data)
    expect(crop.shape).toEqual([2, 4, 4, 3])
    // (7 − 4)/2 = 1.5 → 2, (9 − 4)/2 = 2.5 → 2.
    expect(crop.get(1, 3, 2, 1)).toBe(frames.get(1, 5, 4, 1))
  })

  it('refuses a frame that is too small', () => {
    expect(() => centreCrop(noiseFrames(1, 7, 9), 8, 9)).toThrow(
      'expected frames of at least 8×9 (height × width), found 7×9',
    )
    expect(() => cropFrames(noiseFrames(1, 7, 9), { top: 4, left: 0 }, 4, 4)).toThrow(
      /to lie inside the frame, found 7×9/,
    )
  })
})

function mask(height: number, width: number, boxes: [t: number, y: number, x: number][]) {
  const frames = frameArray(new Uint8Array(3 * height * width * 3), 3, height, width)
  for (const [t, y, x] of boxes) frames.set(t, y, x, 2, 1)
  return frames
}

describe('maskCrop, InterDyn maximize_visibility', () => {
  it('centres on the box around all mask pixels of all frames', () => {
    const object = mask(40, 60, [
      [0, 10, 20],
      [2, 21, 31],
    ])
    expect(maskBounds(object)).toEqual({ top: 10, bottom: 21, left: 20, right: 31 })
    // Centre (15, 25); window 8×10 from (15 − 4, 25 − 5).
    expect(maskCropOffset(object, 8, 10)).toEqual({ top: 11, left: 20 })
    // Odd sizes: half of 9 rounds down.
    expect(maskCropOffset(object, 9, 9)).toEqual({ top: 11, left: 21 })
  })

  it('moves inside the frame', () => {
    expect(maskCropOffset(mask(40, 60, [[1, 0, 59]]), 8, 10)).toEqual({ top: 0, left: 50 })
    expect(maskCropOffset(mask(40, 60, [[1, 39, 0]]), 8, 10)).toEqual({ top: 32, left: 0 })
  })

  it('takes the middle, rounded down, of an empty mask', () => {
    expect(maskBounds(mask(41, 63, []))).toBeUndefined()
    expect(maskCropOffset(mask(41, 63, []), 8, 10)).toEqual({ top: 16, left: 26 })
    expect(centreCropOffset(41, 63, 8, 10)).toEqual({ top: 16, left: 26 })
    expect(maskCropOffset(mask(43, 63, []), 8, 10).top).toBe(17)
    expect(centreCropOffset(43, 63, 8, 10).top).toBe(18)
  })

  it('crops frames of the same size only', () => {
    const frames = noiseFrames(2, 40, 60)
    const crop = maskCrop(
      frames,
      mask(40, 60, [
        [0, 10, 20],
        [2, 21, 31],
      ]),
      8,
      10,
    )
    expect(crop.get(1, 0, 0, 0)).toBe(frames.get(1, 11, 20, 0))
    expect(() => maskCrop(frames, mask(40, 61, []), 8, 10)).toThrow('maskCrop: expected a mask of 40×60, found 40×61')
  })
})

describe('views', () => {
  it('contiguous returns what already is so, and copies what is not', () => {
    const frames = noiseFrames(4, 5, 6)
    expect(contiguous(frames)).toBe(frames)
    const views = [
      frames.lo(1, 0, 0, 0),
      frames.hi(2, 5, 6, 3),
      frames.step(2, 1, 1, 1),
      frames.lo(0, 1, 2, 0).hi(4, 2, 3, 3),
      frames.step(1, -1, -1, 1),
      frames.step(-1, 1, 1, -1),
    ]
    for (const view of views) {
      expect(isContiguous(view)).toBe(false)
      const copy = contiguous(view)
      expect(isContiguous(copy)).toBe(true)
      expect(copy.shape).toEqual(view.shape)
      const [count, height, width] = view.shape
      let i = 0
      for (let t = 0; t < count; t++)
        for (let y = 0; y < height; y++)
          for (let x = 0; x < width; x++) for (let c = 0; c < 3; c++) expect(copy.data[i++]).toBe(view.get(t, y, x, c))
    }
  })

  it('sliceFrames counts as a window does', () => {
    const frames = noiseFrames(10, 2, 3)
    expect(sliceFrames(frames, 1).shape[0]).toBe(9)
    const slice = sliceFrames(frames, 1, 3)
    expect(slice.shape).toEqual([3, 2, 3, 3])
    expect(slice.get(2, 1, 1, 1)).toBe(frames.get(7, 1, 1, 1))
    expect(slice.data).toBe(frames.data)
    expect(sliceFrames(frames, 0, 2, 5).shape[0]).toBe(5)
    expect(sliceFrames(frames, 10).shape[0]).toBe(0)
    for (const [start, stride, count] of [
      [0, 2, 6],
      [11, 1, undefined],
      [-1, 1, 1],
      [0, 0, 1],
      [0, 1, -1],
      [0.5, 1, 1],
    ] as const) {
      expect(() => sliceFrames(frames, start, stride, count)).toThrow(KinemetricError)
    }
  })
})

describe('hashFrames', () => {
  it('sees pixels and shape, not layout', () => {
    const frames = noiseFrames(3, 4, 6)
    expect(hashFrames(frames)).toBe(hashFrames(contiguous(frames.lo(0, 0, 0, 0))))
    const view = frames.lo(1, 1, 1, 0).hi(2, 2, 3, 3)
    expect(hashFrames(view)).toBe(hashFrames(contiguous(view)))
    expect(hashFrames(frameArray(frames.data, 3, 6, 4))).not.toBe(hashFrames(frames))
    // By hand: printf 'uint8 1x1x1x3\n\001\002\003' | sha256sum
    const three = frameArray(Uint8Array.of(1, 2, 3), 1, 1, 1)
    expect(hashFrames(three)).toBe('ac86fa53938a7d5859de2c1c8d6c1a2a6ac0162bf6af010a38c583616228f002')
  })
})
