export { objectPoints } from './measure/objects/object-points.ts'
export { openReferences } from './references/open-references.ts'
export { readReference, type ReferenceSource } from './references/reference-clips.ts'
export { classScores, knownClassScores, type ClassScoresOptions } from './classes/class-scores.ts'
export { type OwnClipLabels, readClipLabels } from './classes/own-labels.ts'
export { compareClasses, type CompareClassesOptions } from './classes/compare-classes.ts'
export { compareResults, type CompareResultsOptions } from './compare/compare-results.ts'
export { type ClipSetDifference, type ClipValueDifference } from './diff/clip-differences.ts'
export { diffRecords, type RecordDifference, type ScoreDifference } from './diff/diff-records.ts'
export type { FieldDifference } from './diff/record-fields.ts'
export {
  type BundleContent,
  isBundle,
  type BundleTexts,
  type VerifiedBundle,
  verifyBundle,
} from './bundle/verify-bundle.ts'
export { type Published, type PublishOptions, publishResults } from './bundle/write-bundle.ts'
export type { MediaChoice } from './bundle/media-choice.ts'
export type { Finding } from './verify/finding.ts'
export { type Verified, type VerifyOptions, verifyResults } from './verify/verify-results.ts'
export { calibrateGate, type CalibrateOptions } from './gate/calibrate-gate.ts'
export { type AskedMargin, parseMargin } from './gate/gate-margins.ts'
export { type GateOptions, gateRecords } from './gate/gate-records.ts'
export {
  type ChooseRecordOptions,
  findRecords,
  type GateRecord,
  openGateRecord,
  openVerified,
} from './gate/open-gate-record.ts'
export { evaluate, evaluateMethods } from './evaluate.ts'
export { type MeasuredShard, measureShard, type MeasureShardOptions } from './measure-shard.ts'
export { type GoingRun, GoingRuns } from './going-runs.ts'
export { scoreShardSchema } from './journal/shard-file.ts'
export { type MergedShards, mergeShards, type MergeShardsOptions, planMerge } from './merge-shards.ts'
export { type ShardsStatus, shardsStatus } from './shard-status.ts'
export type {
  EvaluateHow,
  EvaluateMethodsOptions,
  EvaluateOptions,
  EvaluateProgress,
  Evaluation,
  GeneratedBy,
} from './evaluate-options.ts'
export type { GivenFiles } from './measure/given/given-features.ts'
export {
  type ClipExplanation,
  explainClip,
  type ExplainClipOptions,
  type ExplainedClipRecipe,
} from './explain/explain-clip.ts'
export {
  type ExplainedScore,
  explainScores,
  type ExplainScoresOptions,
  type ScoresExplanation,
} from './explain-scores.ts'
export {
  type ExplainedRecipe,
  type ExplainOptions,
  type Explanation,
  explainRecipes,
  type PartingStage,
} from './explain/explain-recipes.ts'
export { type Extraction, extractFeatures, type ExtractOptions } from './extract/extract-features.ts'
export { FeatureRowsFile } from './extract/feature-rows-file.ts'
export { type FeatureSink, openNamedSink, openRowsSink, openStatisticsSink } from './extract/feature-sinks.ts'
export { type SavedFeatures, saveFeatures, type SaveFeaturesOptions } from './extract/save-features.ts'
export type { FeaturePlace, WrittenFeatures } from './extract/write-features.ts'
export { type FeatureShardsStatus, featureShardsStatus } from './extract/shards/feature-shard-status.ts'
export {
  type MergedFeatures,
  type MergeFeaturesOptions,
  planFeatureMerge,
} from './extract/shards/merge-feature-shards.ts'
export {
  type FeatureShard,
  saveFeatureShard,
  type SaveFeatureShardOptions,
} from './extract/shards/save-feature-shard.ts'
export { type MetricPlan, planMetrics } from './plan/metric-plan.ts'
export { boundCache, type BoundedCache, type CacheContents, cacheContents } from './store/bound-cache.ts'
export { defaultCacheFolder, FeatureCache } from './store/feature-cache.ts'
