/** A separable, symmetric window and how its sums become SSIM. */
export interface SsimWindow {
  /** Weights from the centre outwards: `taps[0]` is the centre's, `taps[radius]` the outermost; they sum to 1 mirrored. */
  taps: Float64Array
  radius: number
  /** 1 for population covariance, n/(n−1) for sample covariance over the window's n pixels. */
  covarianceFactor: number
}

/** (0.01·L)² and (0.03·L)² with L = 255. */
export const SSIM_C1 = (0.01 * 255) ** 2
export const SSIM_C2 = (0.03 * 255) ** 2

/** 11 taps exp(−i²/(2σ²)), σ = 1.5, normalised. Source: Wang et al. 2004. */
export function gaussianWindow(radius = 5, sigma = 1.5): SsimWindow {
  const taps = Float64Array.from({ length: radius + 1 }, (_, i) => Math.exp(-(i * i) / (2 * sigma * sigma)))
  const sum = taps.reduce((total, tap, i) => total + (i === 0 ? tap : 2 * tap), 0)
  return { taps: taps.map((tap) => tap / sum), radius, covarianceFactor: 1 }
}

/** size × size equal weights with sample covariance, scikit-image's default. */
export function uniformWindow(size = 7): SsimWindow {
  const radius = (size - 1) / 2
  const pixels = size * size
  return { taps: new Float64Array(radius + 1).fill(1 / size), radius, covarianceFactor: pixels / (pixels - 1) }
}
