import { frameArray, type FrameArray } from '@kinemetric/video'

const [count, height, width] = [3, 64, 96]

/** Frames A of the goldens that LPIPS, Inception and I3D share, `[3, 64, 96, 3]`. */
export const goldenA: FrameArray = make((t, y, x, c) => sampleA(t, y, x, c))

/** Frames B: A, distorted. */
export const goldenB: FrameArray = make((t, y, x, c) => {
  const distorted = sampleA(t, y, x, c) + 12 * Math.sin(0.23 * x - 0.17 * y + 0.5 * c) + 5 * Math.cos(0.4 * t)
  return Math.min(255, Math.max(0, Math.floor(distorted + 0.5)))
})

function sampleA(t: number, y: number, x: number, c: number): number {
  return Math.floor(127.5 + 100 * Math.sin(0.11 * x + 0.07 * y + 0.9 * c + 0.3 * t) + 0.5)
}

function make(sample: (t: number, y: number, x: number, c: number) => number): FrameArray {
  const data = new Uint8Array(count * height * width * 3)
  let at = 0
  for (let t = 0; t < count; t++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) for (let c = 0; c < 3; c++) data[at++] = sample(t, y, x, c)
  return frameArray(data, count, height, width)
}
