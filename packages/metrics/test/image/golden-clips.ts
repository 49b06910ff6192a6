import ndarray from 'ndarray'
import type { FrameArray } from '@kinemetric/video'

/** Two clips of 3 × 64 × 96 from their formulas: what the reference implementations of PSNR and SSIM were given. */
export function goldenClips(): { a: FrameArray; b: FrameArray } {
  const [frames, height, width] = [3, 64, 96]
  const a = new Uint8Array(frames * height * width * 3)
  const b = new Uint8Array(a.length)
  let i = 0
  for (let t = 0; t < frames; t++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        for (let c = 0; c < 3; c++, i++) {
          a[i] = Math.floor(127.5 + 100 * Math.sin(0.11 * x + 0.07 * y + 0.9 * c + 0.3 * t) + 0.5)
          const value = a[i] + 12 * Math.sin(0.23 * x - 0.17 * y + 0.5 * c) + 5 * Math.cos(0.4 * t)
          b[i] = Math.min(255, Math.max(0, Math.floor(value + 0.5)))
        }
      }
    }
  }
  const shape = [frames, height, width, 3]
  return { a: ndarray(a, shape), b: ndarray(b, shape) }
}

/** Frames of reproducible noise around a reproducible pattern, for property tests. */
export function noisyClip(shape: [t: number, h: number, w: number], seed: number, strength = 40): FrameArray {
  const [frames, height, width] = shape
  const data = new Uint8Array(frames * height * width * 3)
  let state = seed >>> 0
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    const noise = (state / 2 ** 32 - 0.5) * strength
    data[i] = Math.min(255, Math.max(0, Math.round(128 + 90 * Math.sin(i * 0.013) + noise)))
  }
  return ndarray(data, [frames, height, width, 3])
}
