import ndarray from 'ndarray'
import { contiguous, type FrameArray, type Frames } from '@kinemetric/video'
import type { GeneratorInput } from '../generator/generator.ts'

/** Right motion, poor image: the reference behind a Gaussian blur of 2.5 pixels. A probe of the metrics, no generator. */
export async function generateBlurredReference({ reference }: GeneratorInput): Promise<Frames> {
  const { pixels, fps } = await reference()
  return { pixels: gaussianBlur(pixels, 2.5), fps }
}

/**
 * Gaussian blur of uint8 frames [T, H, W, C]: separable, cut at three sigma, edge pixels repeated, rounded to nearest.
 * @param sigma standard deviation in pixels, above 0
 */
export function gaussianBlur(frames: FrameArray, sigma: number): FrameArray {
  const source = contiguous(frames)
  const [count, height, width, channels] = source.shape as [number, number, number, number]
  const radius = Math.ceil(3 * sigma)
  const taps = Float64Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * sigma ** 2)),
  )
  const sum = taps.reduce((total, tap) => total + tap, 0)
  taps.forEach((tap, i) => (taps[i] = tap / sum))
  const out = new Uint8Array(source.data.length)
  const rows = new Float32Array(height * width * channels)
  for (let t = 0; t < count; t++) {
    const frame = t * rows.length
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        for (let c = 0; c < channels; c++) {
          let value = 0
          for (let k = -radius; k <= radius; k++) {
            const at = Math.min(width - 1, Math.max(0, x + k))
            value += taps[k + radius] * source.data[frame + (y * width + at) * channels + c]
          }
          rows[(y * width + x) * channels + c] = value
        }
      }
    }
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width * channels; x++) {
        let value = 0
        for (let k = -radius; k <= radius; k++) {
          const at = Math.min(height - 1, Math.max(0, y + k))
          value += taps[k + radius] * rows[at * width * channels + x]
        }
        out[frame + y * width * channels + x] = Math.round(value)
      }
    }
  }
  return ndarray(out, [...source.shape])
}
