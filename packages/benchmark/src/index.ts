export { adapters, findAdapter } from './adapters.ts'
export { BenchmarkError, type BenchmarkErrorCode } from './benchmark-error.ts'
export type { ClipFailure, FailureReason } from './clip-failure.ts'
export type { AdapterOptions, DatasetAdapter, DatasetClip, DatasetProblem } from './dataset-adapter.ts'
export type { EvaluateOptions, EvaluateProgress, Evaluation, ReferenceSource } from './evaluate-options.ts'
export { evaluate } from './evaluate.ts'
export { benchmarkJsonSchemas } from './json-schemas.ts'
export { lockFolder } from './lock-folder.ts'
export { type ManifestClip, type ManifestFile, manifestClipSchema } from './manifest-schema.ts'
export { type Preparation, type PrepareOptions, type PrepareProgress } from './prepare-options.ts'
export { prepare } from './prepare.ts'
export { type Protocol, protocolDigest, protocolSchema } from './protocol-schema.ts'
export { findProtocol, protocols } from './protocols.ts'
export { type Manifest, parseManifest, readManifest } from './read-manifest.ts'
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
