import { contiguous, frameArray, type FrameArray } from '@kinemetric/video'

/**
 * Gaussian blur of uint8 frames [T, H, W, 3]: separable, cut at three sigma, edge pixels repeated, rounded to nearest.
 * @param sigma standard deviation in pixels, above 0
 */
export function gaussianBlur(frames: FrameArray, sigma: number): FrameArray {
  const source = contiguous(frames)
  const [count, height, width, channels] = source.shape
  const taps = gaussianTaps(sigma)
  const radius = (taps.length - 1) / 2
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
  return frameArray(out, count, height, width)
}

/** Weights at −3σ … 3σ (rounded outwards), of sum 1. */
function gaussianTaps(sigma: number): Float64Array {
  const radius = Math.ceil(3 * sigma)
  const taps = Float64Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * sigma ** 2)),
  )
  const sum = taps.reduce((total, tap) => total + tap, 0)
  return taps.map((tap) => tap / sum)
}
