import { psnrOfSquaredError, type PsnrRecipe } from './frame-psnr.ts'
import { frameSsim, type SsimRecipe } from './frame-ssim.ts'
import { sumOfSquaredErrors } from './kernels/squared-error-kernel.ts'

/** What to measure of a pair of clips. */
export interface FrameMetricPlan {
  psnr?: readonly PsnrRecipe[] | undefined
  ssim?: readonly SsimRecipe[] | undefined
}

/** Values per frame, `[T]`, of each recipe asked for. */
export interface FrameMeasurements {
  psnr: Partial<Record<PsnrRecipe, Float64Array>>
  ssim: Partial<Record<SsimRecipe, Float64Array>>
}

/** Two clips as bytes; what a worker gets. */
export interface FrameBytes {
  /** `[T, H, W, 3]` row-major */
  a: Uint8Array
  b: Uint8Array
  frames: number
  height: number
  width: number
}

/** PSNR and SSIM of clips of one (checked) shape, under several recipes at once. */
export function measureFrameBytes(
  { a, b, frames, height, width }: FrameBytes,
  plan: FrameMetricPlan,
): FrameMeasurements {
  const frameValues = height * width * 3
  const measurements: FrameMeasurements = { psnr: {}, ssim: {} }
  const { psnr = [], ssim = [] } = plan
  for (const recipe of psnr) measurements.psnr[recipe] = new Float64Array(frames)
  for (const recipe of ssim) measurements.ssim[recipe] = new Float64Array(frames)
  for (let t = 0; t < frames; t++) {
    const left = a.subarray(t * frameValues, (t + 1) * frameValues)
    const right = b.subarray(t * frameValues, (t + 1) * frameValues)
    if (psnr.length > 0) {
      const meanSquaredError = sumOfSquaredErrors(left, right) / frameValues
      for (const recipe of psnr) measurements.psnr[recipe]![t] = psnrOfSquaredError(meanSquaredError, recipe)
    }
    for (const recipe of ssim) measurements.ssim[recipe]![t] = frameSsim(left, right, height, width, recipe)
  }
  return measurements
}

/** The measurements of consecutive parts of a clip as those of the whole. */
export function joinMeasurements(parts: readonly FrameMeasurements[], plan: FrameMetricPlan): FrameMeasurements {
  const joined: FrameMeasurements = { psnr: {}, ssim: {} }
  for (const recipe of plan.psnr ?? []) joined.psnr[recipe] = joinValues(parts.map((part) => part.psnr[recipe]))
  for (const recipe of plan.ssim ?? []) joined.ssim[recipe] = joinValues(parts.map((part) => part.ssim[recipe]))
  return joined
}

function joinValues(parts: readonly (Float64Array | undefined)[]): Float64Array {
  return Float64Array.from(parts.flatMap((part) => [...(part ?? [])]))
}
