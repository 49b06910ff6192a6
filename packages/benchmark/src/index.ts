export { adapters, findAdapter } from './datasets/catalogue.ts'
export type {
  DatasetAdapter,
  DatasetClip,
  DatasetContext,
  DatasetFacts,
  DatasetItem,
  DatasetProblem,
  DatasetRemoval,
  MaskDrawer,
  MaskPrompts,
} from './datasets/dataset-adapter.ts'
export { folder } from './datasets/folder.ts'
export { type FrameSource, videoSource, type WindowOfSource } from './datasets/frame-source.ts'
export type { CopyState } from './datasets/ssv2/copy-state.ts'
export type { MaskCost } from './datasets/ssv2/mask-cost.ts'
export { decidingOptions, flagOf, type OptionText, optionTexts } from './datasets/option-texts.ts'
export { readDataset, usualProtocol } from './datasets/read-dataset.ts'
export { listVideos, type VideoEntry, type VideoList } from './datasets/video-files.ts'
export { benchmarkError } from './failures/benchmark-error.ts'
export { clipError } from './failures/clip-error.ts'
export { clipTrouble } from './failures/clip-trouble.ts'
export { benchmarkJsonSchemas } from './json-schemas.ts'
export {
  clipIdSchema,
  type ControlType,
  type ManifestClip,
  type ManifestFile,
  type ManifestFolder,
  type ManifestPair,
  pairId,
} from './manifest/manifest-clip.ts'
export { manifestProtocol } from './manifest/manifest-protocol.ts'
export { type CitedData, citedDataOf } from './protocol/cited-data.ts'
export { dataTermsOf } from './protocol/data-terms.ts'
export { ManifestClips, openManifest, type OpenManifest } from './manifest/open-manifest.ts'
export { type Manifest, readManifest } from './manifest/read-manifest.ts'
export { drawMasks } from './masks/draw-masks.ts'
export { firstPrompts } from './masks/first-prompts.ts'
export { type MadeMasks, makeMasks, type MakeMasksOptions } from './masks/make-masks.ts'
export { type PromptFile, readPrompts } from './masks/mask-prompts.ts'
export type { PromptKind } from './masks/prompt-issue.ts'
export { type MasksFile, masksFileSchema } from './masks/masks-file.ts'
export { requireJobs } from './failures/require-jobs.ts'
export { cutVideo } from './prepare/cut/cut-video.ts'
export { type Preparation, type PrepareOptions, type PrepareProgress } from './prepare/prepare-options.ts'
export { planPreparation, type PreparationPlan } from './prepare/plan-preparation.ts'
export { prepare } from './prepare/prepare.ts'
export {
  clipsDigest,
  type MetricChoice,
  metricsOf,
  type Protocol,
  protocolDigest,
  type ProtocolIdentity,
  protocolSchema,
} from './protocol/protocol.ts'
export { draftProtocol, openProtocol, ownProtocolJson, readProtocol } from './protocol/own-protocol.ts'
export { findProtocol, protocols } from './protocol/protocols.ts'
export { type FunnelStage } from './selection/funnel.ts'
export {
  chooseNumber,
  type ChosenNumber,
  type NumbersOfShards,
  passedOverText,
  requireNoGap,
} from './shards/choose-number.ts'
export {
  isOfShard,
  isOwnClip,
  mostShards,
  parseShard,
  type Shard,
  shardIndex,
  shardSchema,
  shardText,
} from './shards/shard.ts'
export {
  listShards,
  noShardFile,
  requireVersion,
  shardEnding,
  shardFiles,
  shardOfJournal,
  shardPaths,
  type ShardPlace,
} from './shards/shard-files.ts'
export { type ShardCounts, type ShardState, shardState, shardStates } from './shards/shard-states.ts'
export { mergeFolder, shardTexts, someOf, wholeShards, type WholeShards } from './shards/whole-shards.ts'
export { type FolderLocks, requireNoShards, withFolderLock } from './shards/folder-lock.ts'
export { type PreparedShard, prepareShard, type PrepareShardOptions } from './prepare-shards/prepare-shard.ts'
export { prepareShardSchema } from './prepare-shards/prepare-shard-file.ts'
export {
  mergePreparations,
  type MergePreparationsOptions,
  planPreparationMerge,
} from './prepare-shards/merge-preparations.ts'
export { type PreparationStatus, preparationsStatus } from './prepare-shards/preparation-status.ts'
