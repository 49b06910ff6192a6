import { createSsimKernel, type SsimKernel } from './kernels/ssim-kernel.ts'
import type { SsimWindow } from './kernels/ssim-window.ts'
import type { FrameMap } from '../spec/frame-formula.ts'
import { type Samples, ssimSumsPlain } from './ssim-plain.ts'
import { padded } from './padded.ts'

/** What a recipe does to the two images before the window passes over them. */
export interface SsimPlan {
  window: SsimWindow
  /** What stands beyond the border; `none`: only positions with the whole window inside count. */
  border: 'none' | 'reflect' | 'zero'
  grey: boolean
}

/** Smallest height and width a recipe can score: the window, or for a reflected border one more than its radius. */
export function smallestSsimSize({ window, border }: SsimPlan): number {
  if (border === 'none') return 2 * window.radius + 1
  return border === 'reflect' ? window.radius + 1 : 1
}

/**
 * SSIM of one frame.
 *
 * @param a,b `[height, width, 3]` bytes, row-major; the shape is the caller's to check (`smallestSsimSize`)
 */
export function ssimOfFrame(a: Uint8Array, b: Uint8Array, height: number, width: number, plan: SsimPlan): number {
  const { window } = plan
  const { left, right, channels, pad } = bordered(a, b, height, width, plan)
  const fullHeight = height + 2 * pad
  const fullWidth = width + 2 * pad
  const positions = (fullHeight - 2 * window.radius) * (fullWidth - 2 * window.radius) * channels
  return kernelFor(fullWidth, channels, window).sum(left, right, fullHeight) / positions
}

/** The same pixel by pixel: the mean over the channels of each window whose centre it is. */
export function ssimMapOfFrame(a: Uint8Array, b: Uint8Array, height: number, width: number, plan: SsimPlan): FrameMap {
  const { window } = plan
  const { left, right, channels, pad } = bordered(a, b, height, width, plan)
  return mapOf(left, right, height + 2 * pad, width + 2 * pad, channels, window, window.radius - pad)
}

/** Both images as the window passes over them: grey where the plan says so, with `pad` pixels beyond each border. */
function bordered(a: Uint8Array, b: Uint8Array, height: number, width: number, { window, border, grey }: SsimPlan) {
  const channels = grey ? 1 : 3
  const images = grey ? [roundedGrey(a, height * width), roundedGrey(b, height * width)] : [a, b]
  const pad = border === 'none' ? 0 : window.radius
  const [left, right] =
    pad === 0
      ? images
      : images.map((image) => padded(image, { height, width, channels, pad, reflect: border === 'reflect' }))
  return { left, right, channels, pad }
}

/** The same of one channel, where the whole window lies inside. @param margin from the frame's border to the images' */
export function ssimMapOfLuma(
  a: Samples,
  b: Samples,
  height: number,
  width: number,
  window: SsimWindow,
  margin: number,
): FrameMap {
  return mapOf(a, b, height, width, 1, window, margin + window.radius)
}

function mapOf(
  a: Samples,
  b: Samples,
  height: number,
  width: number,
  channels: number,
  window: SsimWindow,
  margin: number,
): FrameMap {
  const size = { height: height - 2 * window.radius, width: width - 2 * window.radius }
  const values = new Float64Array(size.height * size.width)
  ssimSumsPlain(a, b, height, width, channels, window, values)
  return { values, ...size, top: margin, left: margin }
}

/**
 * SSIM of one channel, where the whole window lies inside.
 *
 * @param a,b `[height, width]`, 0..255, row-major: bytes, which take a fifth of the time, or float64
 */
export function ssimOfLuma(a: Samples, b: Samples, height: number, width: number, window: SsimWindow): number {
  const positions = (height - 2 * window.radius) * (width - 2 * window.radius)
  const sum =
    a instanceof Uint8Array && b instanceof Uint8Array
      ? kernelFor(width, 1, window).sum(a, b, height)
      : ssimSumsPlain(a, b, height, width, 1, window).ssim
  return sum / positions
}

/**
 * ITU-R BT.601 luma 0.299R + 0.587G + 0.114B, rounded to the nearest whole number (halves up), in whole numbers so that
 * no rounding depends on the machine.
 *
 * @param pixels `[count, 3]` bytes
 */
export function roundedGrey(pixels: Uint8Array, count: number): Uint8Array {
  const grey = new Uint8Array(count)
  for (let i = 0, p = 0; i < count; i++, p += 3) {
    grey[i] = (299 * pixels[p] + 587 * pixels[p + 1] + 114 * pixels[p + 2] + 500) / 1000
  }
  return grey
}

const KERNELS_KEPT = 16
const kernels = new Map<string, SsimKernel>()

/** The kernel of a shape, made once; the oldest goes when many shapes are scored. */
function kernelFor(width: number, channels: number, window: SsimWindow): SsimKernel {
  const key = `${width}x${channels}:${window.radius}:${window.covarianceFactor}`
  const known = kernels.get(key)
  if (known !== undefined) return known
  const kernel = createSsimKernel(width, channels, window)
  if (kernels.size >= KERNELS_KEPT) kernels.delete(kernels.keys().next().value ?? '')
  kernels.set(key, kernel)
  return kernel
}
