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
export { lpips, lpipsInfo, openLpipsMetric, type LpipsMetric, type LpipsOptions, type LpipsRecipe } from './lpips.ts'
export { createFrameMetricPool, type FrameMetricPool } from './frame-metric-pool.ts'
export type { FrameMeasurements, FrameMetricPlan } from './frame-measurements.ts'
export { clipValue, scoreClips, type ScoreClipsOptions } from './score-clips.ts'

// Distribution metrics
export type { FeatureMatrix } from './distribution/feature-matrix.ts'
export type { FeatureNeeds, FrechetRecipe, I3dResize, InceptionResize, KernelRecipe } from './distribution/recipe.ts'
export {
  distributionInfo,
  featureNeeds,
  isDistributionMetric,
  needsKey,
  type DistributionMetric,
} from './distribution/feature-needs.ts'
export type { DistanceOptions, DistanceResult } from './distribution/distance-result.ts'
export type { FrechetSide } from './distribution/frechet-score.ts'
export { fid, fidInfo } from './distribution/fid.ts'
export { fvd, fvdInfo } from './distribution/fvd.ts'
export { kid, kidInfo } from './distribution/kid.ts'
export { kvd, kvdInfo } from './distribution/kvd.ts'
export { FeatureStatistics, type Gaussian, type StatisticsState } from './distribution/statistics.ts'
export {
  frechetDistance,
  frechetFromFeatures,
  type FrechetOptions,
  type FrechetResult,
} from './distribution/frechet.ts'
export { subsetMmds, unbiasedMmd, type KernelOptions } from './distribution/kernel-distance.ts'
export { distance, readDistanceSide, type DistanceRequest, type DistanceSide } from './distribution/distance.ts'
export { scoreDistance, type ScoreDistanceOptions } from './distribution/score-distance.ts'
export type { DistanceInterval, IntervalOptions } from './distribution/distance-interval.ts'
export type { Extrapolation, ExtrapolationOptions } from './distribution/extrapolation.ts'
export type { ClipInfluence, Influences } from './distribution/influence.ts'
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
export { InterchangeError, type InterchangeErrorCode } from './distribution/interchange-error.ts'
export { formatNpy, parseNpy, type NpyArray, type NpyText } from './distribution/npy.ts'
export { formatNpz, openNpz, type Npz } from './distribution/npz.ts'
export { archiveFeatures, requireArchivable } from './distribution/archive-features.ts'
export { originMismatch, type FeatureOrigin } from './distribution/feature-origin.ts'
export { readFeatureFile, writeFeatureFile, type FeatureFile } from './distribution/feature-file.ts'
export {
  formatPartialStatistics,
  parsePartialStatistics,
  readStatisticsFile,
  writeStatisticsFile,
  type StatisticsFile,
} from './distribution/statistics-file.ts'

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
