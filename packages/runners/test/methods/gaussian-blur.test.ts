import { frameArray } from '@kinemetric/video'
import { expect, test } from 'vitest'
import { gaussianBlur } from '../../src/methods/gaussian-blur.ts'

test('a point becomes the product of two normalised Gaussians, and what is even stays even', () => {
  const size = 21
  const data = new Uint8Array(size * size * 3).fill(10)
  const middle = (10 * size + 10) * 3
  data.fill(250, middle, middle + 3)
  const { data: blurred } = gaussianBlur(frameArray(data, 1, size, size), 1)
  const taps = Array.from({ length: 7 }, (_, i) => Math.exp(-((i - 3) ** 2) / 2))
  const sum = taps.reduce((total, tap) => total + tap)
  const at = (dy: number, dx: number) => blurred[((10 + dy) * size + 10 + dx) * 3]
  for (const [dy, dx] of [
    [0, 0],
    [1, 0],
    [1, 2],
    [-3, 3],
  ])
    expect(at(dy, dx)).toBe(Math.round(10 + (240 * taps[3 + dy] * taps[3 + dx]) / sum ** 2))
  expect(at(4, 0)).toBe(10)
  expect(blurred[0]).toBe(10)
})
