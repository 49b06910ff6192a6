import { contiguous, frameArray, type FrameArray } from '@kinemetric/video'
import type { Mask } from './mask.ts'

/** Passes over the hole at each size. The error that a size can see falls by about a third with each, and coarser sizes have seen the rest. */
const PASSES = 24

/**
 * Fills a hole in a picture with the smooth surface that its rim spans: inside, every sample is the mean of its neighbours (Laplace's equation, nothing flows
 * through the frame's border), solved from coarse to fine. What was under the hole does not matter; a hole that leaves nothing is filled with the mean of the picture.
 * @param picture uint8 [1, H, W, 3]
 * @returns a new picture, outside the hole the same
 */
export function fillHole(picture: FrameArray, hole: Mask): FrameArray {
  const { data, shape } = contiguous(picture)
  const [, height, width] = shape
  if (hole.inside.every((value) => value === 1)) return frameArray(flat(data), 1, height, width)
  const values = solve(Float64Array.from(data), hole)
  return frameArray(
    Uint8Array.from(values, (value) => Math.round(value)),
    1,
    height,
    width,
  )
}

function flat(data: Uint8Array): Uint8Array {
  const sums = [0, 0, 0]
  data.forEach((value, i) => (sums[i % 3] += value))
  return data.map((_, i) => Math.round((3 * sums[i % 3]) / data.length))
}

/** @param values RGB samples; those inside the hole are overwritten */
function solve(values: Float64Array, hole: Mask): Float64Array {
  const { height, width, inside } = hole
  if (!inside.includes(1)) return values
  const coarse = halved(values, hole)
  const filled = solve(coarse.values, coarse.hole)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      if (inside[y * width + x] === 0) continue
      const from = 3 * ((y >> 1) * coarse.hole.width + (x >> 1))
      values.set(filled.subarray(from, from + 3), 3 * (y * width + x))
    }
  for (let pass = 0; pass < PASSES; pass++) relax(values, hole)
  return values
}

/** Half the size: each sample the mean of its four that are known, a hole where none is. */
function halved(values: Float64Array, { height, width, inside }: Mask): { values: Float64Array; hole: Mask } {
  const half = { height: (height + 1) >> 1, width: (width + 1) >> 1 }
  const sums = new Float64Array(half.height * half.width * 3)
  const counts = new Uint8Array(half.height * half.width)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = y * width + x
      if (inside[at] === 1) continue
      const to = (y >> 1) * half.width + (x >> 1)
      counts[to]++
      for (let c = 0; c < 3; c++) sums[3 * to + c] += values[3 * at + c]
    }
  const means = sums.map((sum, i) => sum / Math.max(1, counts[Math.floor(i / 3)]))
  return { values: means, hole: { ...half, inside: counts.map((count) => (count === 0 ? 1 : 0)) } }
}

/** One pass: every sample of the hole becomes the mean of its neighbours in the frame, row by row, with those that are new already. */
function relax(values: Float64Array, { height, width, inside }: Mask): void {
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = y * width + x
      if (inside[at] === 0) continue
      const count = (x > 0 ? 1 : 0) + (x < width - 1 ? 1 : 0) + (y > 0 ? 1 : 0) + (y < height - 1 ? 1 : 0)
      for (let c = 0; c < 3; c++) {
        const i = 3 * at + c
        let sum = 0
        if (x > 0) sum += values[i - 3]
        if (x < width - 1) sum += values[i + 3]
        if (y > 0) sum += values[i - 3 * width]
        if (y < height - 1) sum += values[i + 3 * width]
        values[i] = sum / count
      }
    }
}
