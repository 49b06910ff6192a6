import { SSIM_C1, SSIM_C2, type SsimWindow } from './kernels/ssim-window.ts'

/** Samples of an image: bytes, or means of bytes where an image was made smaller. */
export type Samples = Uint8Array | Float64Array

/** Sums over the positions of a map. */
export interface SsimSums {
  ssim: number
  /** Of the contrast and structure term alone, (2σab + C2) / (σa² + σb² + C2). */
  contrast: number
}

/**
 * Sums of the SSIM map of two images, and of its contrast term, over the positions where the whole window lies inside; all channels.
 *
 * The readable form of the formula; `ssim-kernel.ts` computes the same of bytes, five times as fast, and is tested against it.
 * Only four filtered maps are needed, for the two variances occur as their sum alone:
 *
 *   SSIM = (2μaμb + C1)(2σab + C2) / ((μa² + μb² + C1)(σa² + σb² + C2))
 *
 * In float64 a variance of whole numbers is negative by rounding only (10⁻¹² against C2 = 58.5), so that torchmetrics'
 * clamping at 0, needed in its float32, changes nothing here.
 *
 * @param a,b `[height, width, channels]`, 0..255
 * @param width in pixels
 * @param map `[height − 2·radius, width − 2·radius]`, to which the mean over the channels at each position is added
 * Source: Wang, Bovik, Sheikh & Simoncelli, Image quality assessment: from error visibility to structural similarity,
 * IEEE TIP 2004.
 */
export function ssimSumsPlain(
  a: Samples,
  b: Samples,
  height: number,
  width: number,
  channels: number,
  window: SsimWindow,
  map?: Float64Array,
): SsimSums {
  const { radius, covarianceFactor } = window
  const row = width * channels
  const column = {
    a: new Float64Array(row),
    b: new Float64Array(row),
    squares: new Float64Array(row),
    product: new Float64Array(row),
  }
  const sums = { ssim: 0, contrast: 0 }
  const inner = width - 2 * radius
  for (let y = radius; y < height - radius; y++) {
    for (let i = 0; i < row; i++) filterColumn(a, b, y * row + i, row, i, window, column)
    for (let i = radius * channels; i < row - radius * channels; i++) {
      const μa = filterRow(column.a, i, channels, window)
      const μb = filterRow(column.b, i, channels, window)
      const μaμb = μa * μb
      const μ2 = μa * μa + μb * μb
      const σ2 = covarianceFactor * (filterRow(column.squares, i, channels, window) - μ2)
      const σab = covarianceFactor * (filterRow(column.product, i, channels, window) - μaμb)
      const similarity = ((2 * μaμb + SSIM_C1) * (2 * σab + SSIM_C2)) / ((μ2 + SSIM_C1) * (σ2 + SSIM_C2))
      sums.ssim += similarity
      if (map !== undefined) map[(y - radius) * inner + Math.floor(i / channels) - radius] += similarity / channels
      sums.contrast += (2 * σab + SSIM_C2) / (σ2 + SSIM_C2)
    }
  }
  return sums
}

interface FilteredColumns {
  a: Float64Array
  b: Float64Array
  squares: Float64Array
  product: Float64Array
}

/** The vertical half of the window at byte `centre`, for a, b, a²+b² and ab. */
function filterColumn(
  a: Samples,
  b: Samples,
  centre: number,
  row: number,
  i: number,
  { taps, radius }: SsimWindow,
  out: FilteredColumns,
): void {
  let sumA = taps[0] * a[centre]
  let sumB = taps[0] * b[centre]
  let squares = taps[0] * (a[centre] * a[centre] + b[centre] * b[centre])
  let product = taps[0] * (a[centre] * b[centre])
  for (let k = 1; k <= radius; k++) {
    const a0 = a[centre - k * row]
    const a1 = a[centre + k * row]
    const b0 = b[centre - k * row]
    const b1 = b[centre + k * row]
    sumA += taps[k] * (a0 + a1)
    sumB += taps[k] * (b0 + b1)
    squares += taps[k] * (a0 * a0 + a1 * a1 + b0 * b0 + b1 * b1)
    product += taps[k] * (a0 * b0 + a1 * b1)
  }
  out.a[i] = sumA
  out.b[i] = sumB
  out.squares[i] = squares
  out.product[i] = product
}

function filterRow(values: Float64Array, i: number, step: number, { taps, radius }: SsimWindow): number {
  let sum = taps[0] * values[i]
  for (let k = 1; k <= radius; k++) sum += taps[k] * (values[i - k * step] + values[i + k * step])
  return sum
}
