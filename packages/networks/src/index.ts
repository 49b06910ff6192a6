// Trackers
export { drawTracklets, type DrawOptions } from './tracklets/draw-tracklets.ts'
export { cotracker3Of, openCotracker3, type Cotracker3Options } from './models/cotracker3/open.ts'
export { openLucasKanade, type LucasKanadeOptions } from './models/lucas-kanade/open.ts'
export type { Query, Tracklets } from './tracklets/tracklets.ts'
export { queriesFromJson, tracksFromJson, tracksToJson, type TracksFile } from './tracklets/tracks-file.ts'

// Checkpoints
export { type DataType, itemSize } from './checkpoints/tensors/data-type.ts'
export { digestTensors } from './checkpoints/digest-tensors.ts'
export { expectTensors, type ExpectTensorsOptions } from './checkpoints/expect-tensors.ts'
export { openCheckpoint } from './checkpoints/open-checkpoint.ts'
export type { OpenCheckpointOptions } from './checkpoints/formats/checkpoint-options.ts'
export { readTensor, readTensorBytes } from './checkpoints/read-tensor.ts'
export type { TensorValues } from './checkpoints/tensors/tensor-values.ts'
export type { Checkpoint, CheckpointFormat, TensorReference } from './checkpoints/tensors/tensor-reference.ts'
export { writeSafetensors } from './checkpoints/formats/write-safetensors.ts'
export { writeTorchZip } from './checkpoints/formats/write-torch-zip.ts'

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
export { probeProviders, providers, requireProvider, type Provider, type ProviderStatus } from './session/devices.ts'
export { openSession, type HostTensor, type Session, type SessionOptions } from './session/session.ts'

// Weights
export type { DownloadProgress } from './weights/download.ts'
export type { VerifiedBy } from './weights/identify-weight.ts'
export type { ImportedWeight, ImportOptions } from './weights/import-weight.ts'
export type { WeightStatus } from './weights/list-weights.ts'
export type { FoundWeight, LocatedWeight, WeightOptions } from './weights/locate-weight.ts'
export type { PulledWeight, PullOptions } from './weights/pull-weight.ts'
export type { VerifiedWeight } from './weights/verify-weights.ts'
export type { WeightEntry } from './weights/weight-entry.ts'
export {
  importWeight,
  listWeights,
  locateWeight,
  networksOf,
  pullWeight,
  verifyWeights,
  weightEntry,
} from './open/catalogue-weights.ts'
export { cacheFolder, weightSearchPath } from './weights/weight-folders.ts'
export { type MissingWeights, missingWeights } from './weights/missing-weights.ts'
export { sizeText } from './weights/size-text.ts'

// Networks
export { openNetwork, type OpenedNetwork } from './open/open-network.ts'
export type { NetworkAsk, NetworkOptions } from './open/network-options.ts'
export { isUnverified, type WeightUse } from './open/weight-use.ts'
export { type AnyNetworkCard, networkCard, networkCatalogue, weightCatalogue } from './models/catalogue.ts'
export { type FeatureNeed, featureNeedKey } from './roles/feature-need.ts'
export type { NetworkCard, NetworkChoice } from './roles/network-card.ts'
export type { PairDistance } from './roles/pair-distance.ts'
export type { Role, Roles } from './roles/roles.ts'
export type { Tracker } from './roles/tracker.ts'
export { openLpips, type Lpips, type LpipsEpsilon, type LpipsOptions, type LpipsWeights } from './models/lpips/open.ts'
export type { LpipsNet } from './models/lpips/layers.ts'
export type { FeatureExtractor, FeatureExtractorOptions } from './roles/feature-extractor.ts'
export {
  inceptionPreprocessings,
  openInception,
  type InceptionOptions,
  type InceptionPreprocessing,
} from './models/inception/open.ts'
export type { ResizeKind } from './layers/resize-taps.ts'
export {
  i3dMinimumFrames,
  i3dPreprocessings,
  openI3d,
  type I3dOptions,
  type I3dPreprocessing,
} from './models/i3d/open.ts'
