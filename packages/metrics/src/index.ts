// What a metric is
export type { MetricInfo, RecipeInfo } from './metric-info.ts'
export { MetricError, type MetricErrorCode } from './metric-error.ts'
export type { Interval, Score } from './score.ts'
export { metricCatalogue } from './catalogue.ts'
export { findRecipe } from './find-recipe.ts'
export { parseSignature, signature, type SignatureValue } from './signature.ts'
export { bootstrap, bootstrapInterval, type BootstrapOptions, type IntervalOutcome } from './bootstrap.ts'
export { pairedBootstrap, type PairedDifference } from './paired-bootstrap.ts'
export { seededRandom, type SeededRandom } from './seeded-random.ts'

// Image metrics
export { pooledPsnr, psnr, psnrInfo } from './psnr.ts'
export type { PsnrRecipe } from './frame-psnr.ts'
export { ssim, ssimInfo } from './ssim.ts'
export type { SsimRecipe } from './frame-ssim.ts'
export {
  lpips,
  lpipsInfo,
  openLpipsMetric,
  type LpipsMetric,
  type LpipsNet,
  type LpipsOptions,
  type LpipsRecipe,
} from './lpips.ts'
export { createFrameMetricPool, type FrameMetricPool } from './frame-metric-pool.ts'
export type { FrameMeasurements, FrameMetricPlan } from './frame-measurements.ts'
export { clipValue, scoreClips, type ScoreClipsOptions } from './score-clips.ts'

// Distribution metrics

// Motion metrics
export {
  motionFidelity,
  motionFidelityInfo,
  motionFidelitySettings,
  type MotionFidelity,
  type MotionFidelityOptions,
  type MotionFidelityRecipe,
  type MotionFidelitySettings,
  type ZeroDisplacement,
} from './motion-fidelity.ts'
export { derangement, shuffledBaseline, type ShuffledBaseline, type TrackletPair } from './shuffled-baseline.ts'
export { endpointError, endpointErrorInfo, type EndpointError, type EndpointErrorRecipe } from './endpoint-error.ts'
export {
  tapvidDelta,
  tapvidDeltaInfo,
  tapvidThresholds,
  type TapvidDelta,
  type TapvidDeltaRecipe,
} from './tapvid-delta.ts'
export { sampleGridPoints, sampleMaskPoints, type GridOptions, type Mask } from './sample-points.ts'
