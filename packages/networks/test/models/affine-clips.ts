import { type FrameArray, frameArray } from '@kinemetric/video'

import type { Query } from '../../src/index.ts'

/** x, y of where a point of frame 0 is in frame t. */
export type Motion = (t: number, x: number, y: number) => [x: number, y: number]

/**
 * A clip that shows one frame under a known affine motion, and that motion.
 *
 * Frame t shows the frame turned, scaled, sheared and shifted about its centre: by up to 15°, 12 %, 6 % and 25 px in the
 * last frame, growing evenly, with a wobble of 2 px; drawn from `seed`. Pixels are interpolated bilinearly.
 */
export function affineClip(frame: FrameArray, length: number, seed: number): { clip: FrameArray; motion: Motion } {
  const [, height, width] = frame.shape
  const draw = lehmer(seed)
  const [turn, scale, shear, right, down] = [(15 * Math.PI) / 180, 0.12, 0.06, 25, 25].map(
    (most) => most * (2 * draw() - 1),
  )
  const matrix = (t: number): [number, number, number, number, number, number] => {
    const k = t / (length - 1)
    const cos = Math.cos(turn * k) * (1 + scale * k)
    const sin = Math.sin(turn * k) * (1 + scale * k)
    return [cos, shear * k - sin, sin, cos, right * k + 2 * Math.sin(t), down * k + 1.5 * (Math.cos(1.3 * t) - 1)]
  }
  const [centreX, centreY] = [width / 2, height / 2]
  const motion: Motion = (t, x, y) => {
    const [a, b, c, d, dx, dy] = matrix(t)
    const [u, v] = [x - centreX, y - centreY]
    return [a * u + b * v + centreX + dx, c * u + d * v + centreY + dy]
  }
  const data = new Uint8Array(length * height * width * 3)
  for (let t = 0; t < length; t++) {
    const [a, b, c, d, dx, dy] = matrix(t)
    const determinant = a * d - b * c
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const [u, v] = [x - centreX - dx, y - centreY - dy]
        const sourceX = clamp((d * u - b * v) / determinant + centreX, width - 1)
        const sourceY = clamp((a * v - c * u) / determinant + centreY, height - 1)
        copyPixel(frame, sourceX, sourceY, data, ((t * height + y) * width + x) * 3)
      }
    }
  }
  return { clip: frameArray(data, length, height, width), motion }
}

/** Every k-th pixel of a mask's object (channel 0 of frame 0 above 127), about `count` of them, in frame 0. */
export function maskQueries(mask: FrameArray, count: number): Query[] {
  const [, height, width] = mask.shape
  const object: Query[] = []
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) if (mask.get(0, y, x, 0) > 127) object.push({ t: 0, x, y })
  }
  const step = Math.max(1, Math.floor(object.length / count))
  return object.filter((_, index) => index % step === 0).slice(0, count)
}

function copyPixel(frame: FrameArray, x: number, y: number, to: Uint8Array, at: number): void {
  const [, height, width] = frame.shape
  const left = Math.min(Math.floor(x), width - 2)
  const top = Math.min(Math.floor(y), height - 2)
  const [fx, fy] = [x - left, y - top]
  for (let channel = 0; channel < 3; channel++) {
    const upper = frame.get(0, top, left, channel) * (1 - fx) + frame.get(0, top, left + 1, channel) * fx
    const lower = frame.get(0, top + 1, left, channel) * (1 - fx) + frame.get(0, top + 1, left + 1, channel) * fx
    to[at + channel] = Math.round(upper * (1 - fy) + lower * fy)
  }
}

function clamp(value: number, high: number): number {
  return Math.min(Math.max(value, 0), high)
}

/** Park and Miller's minimal generator: enough to vary a test. */
function lehmer(seed: number): () => number {
  let state = (seed % 2147483646) + 1
  return () => (state = (state * 48271) % 2147483647) / 2147483647
}
