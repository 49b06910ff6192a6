import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ndarray from 'ndarray'
import type { FrameArray } from '@kinemetric/video'

interface Golden {
  consistency: {
    per_video: number[]
    single_process_mean_over_pairs: number
    multi_process_mean_over_videos_subject: number
  }
  flicker: { A: number; B: number; still: number; mae_A_per_pair: number[]; A_f64: number; mean_over_videos: number }
}

/** Origin and tolerance: see the file. */
export const golden: Golden = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', 'goldens', 'vbench.json'), 'utf8'),
)

/** A, B and a still video of 6 × 48 × 80, by the formulas of image metrics' goldens. */
export function goldenVideos(): Record<'A' | 'B' | 'still', FrameArray> {
  const [frames, height, width] = [6, 48, 80]
  const a = new Uint8Array(frames * height * width * 3)
  const b = new Uint8Array(a.length)
  let i = 0
  for (let t = 0; t < frames; t++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        for (let c = 0; c < 3; c++, i++) {
          a[i] = Math.floor(127.5 + 100 * Math.sin(0.11 * x + 0.07 * y + 0.9 * c + 0.3 * t) + 0.5)
          const value = a[i] + 12 * Math.sin(0.23 * x - 0.17 * y + 0.5 * c) + 5 * Math.cos(0.4 * t)
          b[i] = Math.min(255, Math.max(0, Math.floor(value + 0.5)))
        }
  const first = a.subarray(0, a.length / frames)
  const still = new Uint8Array(a.length)
  for (let t = 0; t < frames; t++) still.set(first, t * first.length)
  const shape = [frames, height, width, 3]
  return { A: ndarray(a, shape), B: ndarray(b, shape), still: ndarray(still, shape) }
}

/** Rows of the four videos that VBench's functions were given. */
export function goldenRows(): Float32Array[] {
  return [16, 5, 9, 2].map((count, s) => {
    const rows = new Float32Array(count * 24)
    for (let t = 0; t < count; t++)
      for (let j = 0; j < 24; j++)
        rows[t * 24 + j] = Math.sin(0.9 * j + 0.13 * t * Math.cos(0.4 * j + s)) + 0.25 * Math.cos(0.31 * t * t + j)
    if (s === 1) for (let j = 0; j < 24; j++) rows[2 * 24 + j] *= -1
    return rows
  })
}
