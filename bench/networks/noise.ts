import { frameArray, type FrameArray } from '../../packages/video/src/index.ts'

/** Reproducible noise: `[count, height, width, 3]`. */
export function noise(count: number, height: number, width: number, seed = 1): FrameArray {
  const data = new Uint8Array(count * height * width * 3)
  let state = seed
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0
    data[i] = state >>> 24
  }
  return frameArray(data, count, height, width)
}
