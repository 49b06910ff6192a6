import { frameArray, type FrameArray } from '../src/index.ts'

/** Frames in which every level occurs and neighbours are unrelated; frame 0 as in goldens/make-resize-goldens.py. */
export function noiseFrames(count: number, height: number, width: number): FrameArray {
  const data = new Uint8Array(count * height * width * 3)
  let i = 0
  for (let t = 0; t < count; t++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        for (let c = 0; c < 3; c++) {
          const mixed = (y * 73856093 + x * 19349663 + c * 83492791 + t * 40503) >>> 0
          data[i++] = Math.imul(mixed, 2654435761) >>> 24
        }
      }
    }
  }
  return frameArray(data, count, height, width)
}

/** Frames that change smoothly in space and time, as films do; `speed` in pixels a frame. */
export function smoothFrames(count: number, height: number, width: number, speed = 1.5): FrameArray {
  const data = new Uint8Array(count * height * width * 3)
  let i = 0
  for (let t = 0; t < count; t++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        for (let c = 0; c < 3; c++) data[i++] = 127.5 + 100 * Math.sin(0.11 * (x - speed * t) + 0.07 * y + 0.9 * c)
      }
    }
  }
  return frameArray(data, count, height, width)
}
