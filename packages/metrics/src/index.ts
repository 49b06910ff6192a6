// What a metric is
export type { MetricInfo, RecipeInfo } from './spec/metric-spec.ts'
export { MetricError, type MetricErrorCode } from './spec/metric-error.ts'
export { metricCatalogue } from './catalogue.ts'
export { findRecipe } from './spec/find-recipe.ts'
export { parseSignature, signature, type SignatureValue } from './spec/signature.ts'
export { bootstrap, bootstrapInterval, type BootstrapOptions, type IntervalOutcome } from './intervals/bootstrap.ts'
export { pairedBootstrap, type PairedDifference } from './intervals/paired-bootstrap.ts'
export { seededRandom, type SeededRandom } from './intervals/seeded-random.ts'

// Image metrics
export { pooledPsnr, psnr, psnrInfo } from './image/psnr.ts'
export type { PsnrRecipe } from './image/frame-psnr.ts'
export { ssim, ssimInfo } from './image/ssim.ts'
export type { SsimRecipe } from './image/frame-ssim.ts'
export {
  lpips,
  lpipsInfo,
  openLpipsMetric,
  type LpipsMetric,
  type LpipsOptions,
  type LpipsRecipe,
} from './image/lpips.ts'
export { createFrameMetricPool, type FrameMetricPool } from './image/pool.ts'
export type { FrameMeasurements, FrameMetricPlan } from './image/frame-measurements.ts'
export { clipValue, scoreClips, type ScoreClipsOptions } from './intervals/mean-of-clips.ts'

// Distribution metrics
export type { FeatureMatrix } from './features/feature-matrix.ts'
export type {
  FeatureNeeds,
  FrechetRecipe,
  I3dResize,
  InceptionResize,
  KernelRecipe,
} from './distribution/frechet/frechet-recipe.ts'
export {
  distributionInfo,
  featureNeeds,
  isDistributionMetric,
  needsKey,
  type DistributionMetric,
} from './distribution/feature-needs.ts'
export type { DistanceOptions, DistanceResult } from './spec/distance-result.ts'
export type { FrechetSide } from './distribution/frechet/frechet-score.ts'
export { fid, fidInfo } from './distribution/fid.ts'
export { fvd, fvdInfo } from './distribution/fvd.ts'
export { kid, kidInfo } from './distribution/kid.ts'
export { kvd, kvdInfo } from './distribution/kvd.ts'
export { FeatureStatistics, type Gaussian, type StatisticsState } from './features/statistics.ts'
export {
  frechetDistance,
  frechetFromFeatures,
  type FrechetOptions,
  type FrechetResult,
} from './distribution/frechet/frechet.ts'
export { subsetMmds, unbiasedMmd, type KernelOptions } from './distribution/kernel/kernel-distance.ts'
export { distance, readDistanceSide, type DistanceRequest, type DistanceSide } from './distribution/distance.ts'
export { scoreDistance, type ScoreDistanceOptions } from './distribution/score-distance.ts'
export type { DistanceInterval, IntervalOptions } from './intervals/distance-interval.ts'
export type { Extrapolation, ExtrapolationOptions } from './intervals/extrapolation.ts'
export type { ClipInfluence, Influences } from './intervals/influence.ts'
export { pairedTest, type PairedDistance, type PairedTestOptions } from './distribution/paired-test.ts'
export {
  findReferenceStatistics,
  isReferenceName,
  openReferenceStatistics,
  referenceStatisticsPath,
  requireReferenceName,
  saveReferenceStatistics,
  statisticsFolder,
} from './distribution/reference-statistics.ts'
export { InterchangeError, type InterchangeErrorCode } from './interchange/interchange-error.ts'
export { formatNpy, parseNpy, type NpyArray, type NpyText } from './interchange/npy.ts'
export { formatNpz, openNpz, type Npz } from './interchange/npz.ts'
export { archiveFeatures, requireArchivable } from './interchange/archive-features.ts'
export { originMismatch, type FeatureOrigin } from './interchange/feature-origin.ts'
export { readFeatureFile, writeFeatureFile, type FeatureFile } from './interchange/feature-file.ts'
export {
  formatPartialStatistics,
  parsePartialStatistics,
  readStatisticsFile,
  writeStatisticsFile,
  type StatisticsFile,
} from './interchange/statistics-file.ts'

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
} from './motion/motion-fidelity.ts'
export { derangement, shuffledBaseline, type ShuffledBaseline, type TrackletPair } from './motion/shuffled-baseline.ts'
export {
  endpointError,
  endpointErrorInfo,
  type EndpointError,
  type EndpointErrorRecipe,
} from './motion/endpoint-error.ts'
export {
  tapvidDelta,
  tapvidDeltaInfo,
  tapvidThresholds,
  type TapvidDelta,
  type TapvidDeltaRecipe,
} from './motion/tapvid-delta.ts'
export { maskArea, maskOfFrame } from './motion/mask-of-frame.ts'
export { sampleGridPoints, sampleMaskPoints, type GridOptions, type Mask } from './motion/sample-points.ts'
