export { adapters, findAdapter } from './datasets/catalogue.ts'
export { BenchmarkError, type BenchmarkErrorCode } from './failures/benchmark-error.ts'
export type { ClipFailure, FailureReason } from './failures/clip-failure.ts'
export type { AdapterOptions, DatasetAdapter, DatasetClip, DatasetProblem } from './datasets/dataset-adapter.ts'
export type { EvaluateOptions, EvaluateProgress, Evaluation, ReferenceSource } from './evaluate-options.ts'
export { evaluate } from './evaluate.ts'
export { benchmarkJsonSchemas } from './json-schemas.ts'
export { lockFolder } from './lock-folder.ts'
export { type ManifestClip, type ManifestFile, manifestClipSchema } from './manifest/manifest-clip.ts'
export { type Preparation, type PrepareOptions, type PrepareProgress } from './prepare/prepare-options.ts'
export { prepare } from './prepare/prepare.ts'
export { type Protocol, protocolDigest, protocolSchema } from './protocol/protocol.ts'
export { findProtocol, protocols } from './protocol/protocols.ts'
export { type Manifest, parseManifest, readManifest } from './manifest/read-manifest.ts'
export { type ExtractOptions, type Extraction, extractFeatures } from './extract-features.ts'
export { defaultCacheFolder, FeatureCache } from './feature-cache.ts'
export { FeatureRowsFile } from './feature-rows-file.ts'
export { type OpenedExtractor, openExtractor, type OpenExtractorOptions } from './open-extractor.ts'
export {
  type ExplainedRecipe,
  type ExplainOptions,
  type Explanation,
  explainRecipes,
  type PartingStage,
} from './explain-recipes.ts'
