import type { Samples } from './ssim-plain.ts'

/** Where and how much an image is enlarged. */
export interface Padding {
  height: number
  width: number
  channels: number
  /** Pixels on every side. */
  pad: number
  /** Mirrored without repeating the edge; zero otherwise. */
  reflect: boolean
}

/** An image with `pad` pixels around it. @param image `[height, width, channels]` */
export function padded(image: Uint8Array, padding: Padding): Uint8Array
export function padded(image: Samples, padding: Padding): Samples
export function padded(image: Samples, { height, width, channels, pad, reflect }: Padding): Samples {
  const outHeight = height + 2 * pad
  const outRow = (width + 2 * pad) * channels
  const out = image instanceof Uint8Array ? new Uint8Array(outHeight * outRow) : new Float64Array(outHeight * outRow)
  for (let y = 0; y < outHeight; y++) {
    const inside = y >= pad && y < pad + height
    if (!inside && !reflect) continue
    const source = mirror(y - pad, height) * width * channels
    const target = y * outRow
    out.set(image.subarray(source, source + width * channels), target + pad * channels)
    if (!reflect) continue
    for (let x = 0; x < pad; x++) {
      const left = source + mirror(x - pad, width) * channels
      const right = source + mirror(width + x, width) * channels
      for (let c = 0; c < channels; c++) {
        out[target + x * channels + c] = image[left + c]
        out[target + (pad + width + x) * channels + c] = image[right + c]
      }
    }
  }
  return out
}

function mirror(position: number, size: number): number {
  if (position < 0) return -position
  return position < size ? position : 2 * (size - 1) - position
}
