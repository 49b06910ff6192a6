// What a metric is
export type { RecipeInfo } from './recipes/recipe.ts'
export { findRecipe } from './recipes/find-recipe.ts'
export { type ChoosableSetting, type ChosenValue, rangeOfSetting } from './recipes/choosable-setting.ts'
export { metricError } from './recipes/metric-error.ts'
export { parseSignature, signature, type SignatureValue } from './recipes/signature.ts'
export type { Comparing, Concluding, MetricSpec, SetComparison } from './spec/metric-spec.ts'
export type { FrameBytes, FrameFormula } from './spec/frame-formula.ts'
export type { Distance, DistanceMetric, DistanceRecipe } from './spec/distance.ts'
export type {
  ClipRows,
  ClipValues,
  Json,
  MeasuredClip,
  MeasuredSet,
  Series,
  Side,
  TrackedObject,
} from './spec/measured-set.ts'
export {
  type ClipProbe,
  type ClipTakes,
  type ClipTracklets,
  type FrameDistances,
  type Need,
  type NeedKind,
  type NeedKinds,
  needsReference,
  type ObjectTracklets,
  type PairDistanceNeed,
  type PointKind,
  type ScoredVideo,
  type TakesNeed,
  type TrackedRowsNeed,
  type VideoRows,
} from './spec/need.ts'
export { isTracked, rowsAsked } from './spec/need.ts'
export {
  gridQueries,
  trackedFrames,
  type TrackedSize,
  type TrackedWindows,
  windowStarts,
} from './features/tracked-windows.ts'
export { metricCatalogue } from './catalogue.ts'
export { type ChosenSetting, chooseSettings, parseSetting } from './choose-settings.ts'
export { describeMetric, type NetworkOfMetric } from './describe-metric.ts'
export { chooseRecipes, distancesByDimension, distancesOfDimension, distancesOfStatistics } from './choose-distances.ts'
export { type TrackedClip, trackWindows } from './distribution/tracked/track-windows.ts'
export { isOfTracks, readTrackedSides, type TrackedSides } from './distribution/tracked/tracked-sides.ts'
export {
  distanceCatalogue,
  distancesNamed,
  findDistance,
  findMetric,
  groupedMetrics,
  metricsNamed,
  networkDistances,
} from './find-metric.ts'
export { labelOf } from './spec/label-of.ts'
export { regionOf, regionPixels, type RegionAsk, type RegionMasks, type RegionOf } from './image/region/region.ts'
export { meanOverRegion } from './image/region/mean-over-region.ts'
export { clipValue, scoreClips, type ScoreClipsOptions } from './spec/mean-of-clips.ts'
export {
  bcaInterval,
  bootstrap,
  bootstrapInterval,
  type BootstrapOptions,
  type IntervalOutcome,
} from './intervals/bootstrap.ts'
export { hallInterval, type MeanInterval, type MeanIntervalOptions } from './intervals/hall-interval.ts'
export { wilsonInterval } from './intervals/shares.ts'
export { studentCdf, studentP, studentQuantile, studentTail } from './intervals/probability/student.ts'
export { classWeights, type ClipSample, unitValues, type UnitValues } from './intervals/units/unit-values.ts'
export { seededRandom, type SeededRandom } from './intervals/seeded-random.ts'
export { expectedBestOf, sampleStatistics, type SampleStatistics } from './intervals/units/samples.ts'

// How methods differ
export { aboveChance, type ChanceInput } from './comparisons/above-chance.ts'
export { compareColumn, type ColumnInput, type ColumnOptions } from './comparisons/compare-column.ts'
export { commonClips, type CommonClips, type ScoredClips } from './comparisons/common-clips.ts'
export type { TestedPair } from './comparisons/compare-values.ts'
export {
  adjustTable,
  asAtFloor,
  asIdentical,
  concludeByTable,
  concludePairs,
  type Family,
  rankMethods,
} from './comparisons/conclude-pairs.ts'
export { rankCorrelation, type RankCorrelation } from './comparisons/correlation.ts'
export { type MarginTest, marginTest } from './comparisons/flips/equivalence.ts'
export {
  signFlipTest,
  type SignFlipOptions,
  type SignFlipTest,
  type UnitDifferences,
} from './comparisons/flips/sign-flip.ts'
export { FEWEST_REPEATS, gateMargin, type GateMargin } from './comparisons/gate-margin.ts'
export {
  type GatedValues,
  gatePair,
  type GatePair,
  type GatePairOptions,
  gatePatterns,
  spreadOfPair,
  WIDE_MARGIN,
} from './comparisons/gate-pair.ts'
export { type DifferenceWithError, marginByError } from './comparisons/margin-by-error.ts'
export { holm } from './comparisons/holm.ts'
export { kendallTau } from './comparisons/kendall.ts'
export {
  clipsNeeded,
  detectableDifference,
  fewestUnits,
  type PlanningOptions,
  powerOf,
} from './comparisons/planning.ts'
export { rankIntervals, type RankInterval, type Separated } from './comparisons/rank-intervals.ts'

// Image metrics
export { pooledPsnr, psnr, psnrSpec } from './image/psnr.ts'
export { ssim, ssimSpec } from './image/ssim.ts'
export { lpips, lpipsSpec, type LpipsOptions } from './image/lpips.ts'
export { createFrameMetricPool, type FrameMetricChoice, type FrameMetricPool } from './image/pool.ts'

// Distribution metrics
export type { FeatureMatrix } from './features/feature-matrix.ts'
export { areHeld, type FeatureRows, held, type StoredRows } from './features/feature-rows.ts'
export { MOST_HELD, readingAhead } from './features/reading-ahead.ts'
export { isGaussian, rowCount, type RowsOrGaussian } from './features/rows-or-gaussian.ts'
export { FeatureStatistics, type Gaussian, type StatisticsState, statisticsOf } from './features/statistics.ts'
export type { DistanceOptions, DistanceResult } from './recipes/distance-result.ts'
export { fid, fidSpec } from './distribution/fid.ts'
export { fvd, fvdSpec } from './distribution/fvd.ts'
export { kid, kidSpec } from './distribution/kid.ts'
export { kvd, kvdSpec } from './distribution/kvd.ts'
export {
  frechetDistance,
  frechetFromFeatures,
  type FrechetOptions,
  type FrechetResult,
} from './distribution/frechet/frechet.ts'
export { subsetMmds, unbiasedMmd, type KernelOptions } from './distribution/kernel/kernel-distance.ts'
export {
  distance,
  readDistanceSide,
  type DistanceChoice,
  type DistanceRequest,
  type DistanceSide,
  withClipsOfRows,
} from './distribution/distance.ts'
export { scoreDistance } from './distribution/score-distance.ts'
export type { DistanceIntervalOptions, ScoreDistanceOptions } from './distribution/score-distance-options.ts'
export type { DistanceInterval, IntervalOptions } from './intervals/distance-interval.ts'
export { pairedTest, type PairedTestOptions } from './distribution/paired-test.ts'
export {
  findReferenceStatistics,
  isReferenceName,
  openReferenceStatistics,
  referenceStatisticsPath,
  requireReferenceName,
  saveReferenceStatistics,
  statisticsFolder,
} from './distribution/reference-statistics.ts'
export { formatNpy, parseNpy, type NpyArray, type NpyText } from './interchange/npy.ts'
export { formatNpz, openNpz, type Npz } from './interchange/npz.ts'
export { archiveFeatures, requireArchivable } from './interchange/archive-features.ts'
export { ANY_ENCODER, GIVEN } from './features/of-encoder.ts'
export { requireEncoderName, splitEncoder } from './recipes/find-recipe.ts'
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
  motionFidelitySpec,
  type MotionFidelity,
  type MotionFidelityOptions,
  type ZeroDisplacement,
} from './motion/motion-fidelity.ts'
export { maskArea, maskOfFrame } from './motion/mask-of-frame.ts'
export { invisibleShare, staticShare } from './motion/check-tracklets.ts'
export { derangement } from './motion/derangement.ts'
export { type PairedClip, unrelatedPartners } from './motion/unrelated-partners.ts'
export { shuffledBaseline, type ShuffledBaseline, type TrackletPair } from './motion/shuffled-baseline.ts'
export { endpointError, endpointErrorSpec, type EndpointError } from './motion/endpoint-error.ts'
export { tapvidDelta, tapvidDeltaSpec, tapvidThresholds, type TapvidDelta } from './motion/tapvid-delta.ts'
export { sampleGridPoints, sampleMaskPoints, type GridOptions, type Mask } from './motion/sample-points.ts'

// Consistency of a video with itself
export { rowConsistency } from './consistency/row-consistency.ts'
export { vbenchFlicker, vbenchFlickerSpec } from './consistency/vbench-flicker.ts'

// Probes
export { probeClip } from './probes/clip-probe.ts'
export { counterfactualSpec } from './probes/counterfactual.ts'
export { falseMotionSpec } from './probes/false-motion.ts'
export { forcePropagationSpec } from './probes/force-propagation.ts'
export { leakageSpec } from './probes/leakage.ts'
export { objectMotion, type ObjectMotion } from './probes/object-motion.ts'
export { displacementsOf, medianTrack, type Displacements } from './probes/object-track.ts'
export { expectedDifference, inertialDisplacements, pairEffect, type PairEffect } from './probes/pair-effect.ts'
export { notesOf as probeNotesOf } from './probes/probe-sets.ts'
