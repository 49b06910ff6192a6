// Networks: the one door, and what is known of each before it is loaded
export { openMaskProcess, openMaskTracker } from './open/mask-process.ts'
export { openByCheckpoint, type OpenByCheckpointOptions } from './open/open-by-checkpoint.ts'
export { openNetwork, type OpenedNetwork } from './open/open-network.ts'
export { openCoshandProcess } from './open/coshand-process.ts'
export { coshandWork, type GeneratorWork, interdynWork } from './open/generator-work.ts'
export { type InterdynFolders, openInterdynProcess } from './open/interdyn-process.ts'
export { type LatentProcessOptions, openLatentProcess } from './open/latent-process.ts'
export type { CallSource } from './session/call-messages.ts'
export type { NetworkAsk, NetworkOptions } from './open/network-options.ts'
export { isUnverified, unverifiedUse, unverifiedWords, type WeightUse } from './open/weight-use.ts'
export {
  type AnyNetworkCard,
  cardsOfWord,
  networkCard,
  networkCatalogue,
  trackerChoices,
  weightCatalogue,
  wordsOfRole,
} from './models/catalogue.ts'
export { checkSam2Config } from './models/sam2/config.ts'
export { requireSam2 } from './models/sam2/variant.ts'
export { cotracker3Of } from './models/cotracker3/open.ts'
export {
  type CoshandFiles,
  type CoshandModel,
  type CoshandOptions,
  type CoshandParts,
  openCoshand,
  readCoshandParts,
} from './models/coshand/open.ts'
export { type InterdynModel, type InterdynOptions, type InterdynParts, openInterdyn } from './models/interdyn/open.ts'
export type { FeatureExtractor } from './roles/feature-extractor.ts'
export { type FeatureNeed, featureNeedKey } from './roles/feature-need.ts'
export type { MeasuredCost, NetworkCard, NetworkChoice } from './roles/network-card.ts'
export type {
  Box,
  FrameMasks,
  KeptIntegers,
  KeptTensor,
  LabelledPoint,
  MaskChoices,
  MaskFrame,
  MaskPrompt,
  MaskTracker,
  MaskVideoPlan,
  ObjectMask,
} from './roles/mask-tracker.ts'
export {
  checkPrompts,
  type MaskMode,
  type MaskVideo,
  objectsOf,
  trackMasks,
  type TrackMasksOptions,
} from './roles/track-masks.ts'
export { decodedBytes } from './roles/decoded-bytes.ts'
export { heldSteps } from './roles/held-latents.ts'
export type { DecodedFrames, HeldLatents, LatentModel } from './roles/latent-model.ts'
export type { PairDistance } from './roles/pair-distance.ts'
export type { Role, Roles } from './roles/roles.ts'
export type { Tracker } from './roles/tracker.ts'

// Tracklets
export { drawTracklets, type DrawOptions } from './tracklets/draw-tracklets.ts'
export type { Query, Tracklets } from './tracklets/tracklets.ts'
export {
  queriesFromJson,
  tracksFromJson,
  tracksToJson,
  type TracksFile,
  type TracksMaker,
} from './tracklets/tracks-file.ts'

// Checkpoints
export { digestTensors } from './checkpoints/digest-tensors.ts'
export type { OpenCheckpointOptions } from './checkpoints/formats/checkpoint-options.ts'
export { writeSafetensors } from './checkpoints/formats/write-safetensors.ts'
export { writeTorchZip } from './checkpoints/formats/write-torch-zip.ts'
export { type KnownModel, requireModel } from './checkpoints/known-models.ts'
export {
  type ModelConfig,
  type ModelFolder,
  openModelFolder,
  readModelConfig,
  readOptionalConfig,
} from './checkpoints/model-folder.ts'
export { openCheckpoint } from './checkpoints/open-checkpoint.ts'
export { readTensor, readTensorBytes } from './checkpoints/read-tensor.ts'
export type { DataType } from './checkpoints/tensors/data-type.ts'
export type { Checkpoint, CheckpointFormat, TensorReference } from './checkpoints/tensors/tensor-reference.ts'
export type { TensorValues } from './checkpoints/tensors/tensor-values.ts'

// Devices
export type { CudaPackage } from './cuda/cuda-packages.ts'
export { type CudaState, cudaState } from './cuda/cuda-state.ts'
export { nvidiaCards } from './cuda/nvidia-cards.ts'
export { type CudaPlan, type CudaStep, planCuda } from './cuda/plan-cuda.ts'
export { type CudaSetupOptions, setUpCuda } from './cuda/set-up-cuda.ts'
export { DeferredSessions } from './session/deferred-sessions.ts'
export { probeProviders, type Provider, providers, type ProviderStatus, requireProvider } from './session/devices.ts'
export { importOnnxruntime, requireOnnxruntime } from './runtime/require-onnxruntime.ts'
export {
  findOnnxruntime,
  type FoundOnnxruntime,
  onnxruntimeVersion,
  runtimeFolder,
} from './runtime/find-onnxruntime.ts'
export { onnxruntimePackage } from './runtime/onnxruntime-package.ts'
export type { FetchOptions } from './runtime/fetch-onnxruntime.ts'
export { measureProducts } from './session/measure-products.ts'
export { areFinite } from './session/are-finite.ts'
export type { HostTensor } from './session/session.ts'

// Weights
export {
  importWeight,
  listWeights,
  locateWeight,
  networksOf,
  pullWeight,
  verifyWeights,
  weightEntry,
} from './open/catalogue-weights.ts'
export { generatorCatalogue } from './generator-weights/generator-catalogue.ts'
export type { GeneratorEntry, GeneratorFile } from './generator-weights/generator-entry.ts'
export {
  type GeneratorNote,
  type LocatedGenerator,
  isOfficial,
  locateGenerator,
  type NotedFile,
  notedBytes,
  pulledFile,
  pulledFrom,
  type VerifiedGenerator,
  verifyGenerators,
} from './generator-weights/generator-note.ts'
export {
  type ImportedGenerators,
  importGenerators,
  type ImportGeneratorOptions,
  isGenerator,
} from './generator-weights/import-generator.ts'
export { pullGenerator, type PullGeneratorOptions } from './generator-weights/pull-generator.ts'
export type { DownloadProgress } from './weights/download.ts'
export { sha256Of, type VerifiedBy } from './weights/identify-weight.ts'
export type { ImportedWeight, ImportOptions } from './weights/import-weight.ts'
export type { WeightStatus } from './weights/list-weights.ts'
export type { FoundWeight, LocatedWeight, WeightOptions } from './weights/locate-weight.ts'
export { type MissingWeights, missingWeights } from './weights/missing-weights.ts'
export type { PulledWeight, PullOptions } from './weights/pull-weight.ts'
export { sizeText } from '@kinemetric/files'
export type { VerifiedWeight } from './weights/verify-weights.ts'
export type { WeightEntry } from './weights/weight-entry.ts'
export { type Proxies, proxiesOf } from './weights/transfer/proxied-fetch.ts'
export { cacheFolder, requireCacheFolder, weightSearchPath } from './weights/weight-folders.ts'
