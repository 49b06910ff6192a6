// Trackers
export { drawTracklets, type DrawOptions } from './draw-tracklets.ts'
export { openCotracker3, type Cotracker3Options } from './cotracker3.ts'
export { openLucasKanade, type LucasKanadeOptions } from './lucas-kanade.ts'
export {
  TrackerError,
  type Query,
  type Tracker,
  type TrackerErrorCode,
  type TrackerId,
  type Tracklets,
} from './tracklets.ts'
export { queriesFromJson, tracksFromJson, tracksToJson, type TracksFile } from './tracks-file.ts'

// Checkpoints
export { CheckpointError, type CheckpointErrorCode } from './checkpoints/checkpoint-error.ts'
export { type DataType, itemSize } from './checkpoints/data-type.ts'
export { digestTensors } from './checkpoints/digest-tensors.ts'
export { expectTensors, type ExpectTensorsOptions, TensorsError } from './checkpoints/expect-tensors.ts'
export { openCheckpoint, type OpenCheckpointOptions } from './checkpoints/open-checkpoint.ts'
export { readTensor, readTensorBytes } from './checkpoints/read-tensor.ts'
export type { TensorValues } from './checkpoints/tensor-values.ts'
export type { Checkpoint, CheckpointFormat, TensorReference } from './checkpoints/tensor-reference.ts'
export { writeSafetensors } from './checkpoints/write-safetensors.ts'
export { writeTorchZip } from './checkpoints/write-torch-zip.ts'

// Graphs and sessions
export type { AttributeValue } from './onnx/attribute.ts'
export type { ElementType, TensorData } from './onnx/element-type.ts'
export {
  GraphBuilder,
  type Dimension,
  type ExternalRange,
  type GraphModel,
  type NodeOptions,
  type Value,
} from './onnx/graph-builder.ts'
export { GraphError } from './onnx/graph-error.ts'
export { ProviderError, type ProviderErrorCode } from './provider-error.ts'
export { probeProviders, providers, requireProvider, type Provider, type ProviderStatus } from './providers.ts'
export { openSession, type HostTensor, type Session, type SessionOptions } from './session.ts'

// Weights
export type { DownloadProgress } from './weights/download.ts'
export type { VerifiedBy } from './weights/identify-weight.ts'
export { importWeight, type ImportedWeight, type ImportOptions } from './weights/import-weight.ts'
export { listWeights, type WeightStatus } from './weights/list-weights.ts'
export {
  type FoundWeight,
  type LocatedWeight,
  locateWeight,
  weightEntry,
  type WeightOptions,
} from './weights/locate-weight.ts'
export { type PulledWeight, type PullOptions, pullWeight } from './weights/pull-weight.ts'
export { type VerifiedWeight, verifyWeights } from './weights/verify-weights.ts'
export { weightCatalogue, type WeightEntry } from './weights/weight-catalogue.ts'
export { cacheFolder, weightSearchPath } from './weights/weight-folders.ts'
export { sizeText, WeightsError, type WeightsErrorCode, WeightsMissingError } from './weights/weights-error.ts'

// Networks
export { openLpips, type Lpips, type LpipsEpsilon, type LpipsOptions, type LpipsWeights } from './lpips.ts'
export type { LpipsNet } from './lpips-backbones.ts'
export { NetworkInputError } from './network-input-error.ts'
export type { FeatureExtractor, FeatureExtractorOptions } from './feature-extractor.ts'
export {
  inceptionPreprocessings,
  openInception,
  type InceptionOptions,
  type InceptionPreprocessing,
} from './inception.ts'
export type { ResizeKind } from './resize-taps.ts'
export { i3dMinimumFrames, i3dPreprocessings, openI3d, type I3dOptions, type I3dPreprocessing } from './i3d.ts'
