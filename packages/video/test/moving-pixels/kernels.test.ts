import { expect, test } from 'vitest'
import { MovingPixels } from '../../src/moving-pixels/moving-pixels.ts'
import { MovingPixelsPlain } from '../../src/moving-pixels/plain.ts'

/** Blocks of colours that change now and then, with noise: everything that masks are made of happens. */
function frameAt(t: number, height: number, width: number): Uint8Array {
  const frame = new Uint8Array(height * width * 3)
  let seed = 7 * t + 1
  for (let i = 0; i < frame.length; i++) {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    const [y, x] = [Math.floor(i / 3 / width), Math.floor(i / 3) % width]
    const level = (Math.floor(x / 9 + t / 2) * 37 + Math.floor(y / 7) * 53 + (i % 3) * 20) % 230
    frame[i] = level + ((seed >>> 24) % 26)
  }
  return frame
}

test.each([
  [1, 1],
  [2, 3],
  [5, 16],
  [17, 15],
  [24, 37],
  [33, 64],
  [40, 129],
])('the kernels find what the readable form does, at %i×%i', (height, width) => {
  const [quick, plain] = [new MovingPixels(height, width), new MovingPixelsPlain(height, width)]
  let moved = 0
  for (let t = 0; t < 7; t++) {
    // Frame 4 is that of before: nothing new.
    const frame = frameAt(t === 4 ? 3 : t, height, width)
    const mask = quick.next(frame)
    expect(mask).toEqual(plain.next(frame))
    moved += mask.filter((value) => value > 0).length
  }
  expect(moved > 0 || height < 5).toBe(true)
})
