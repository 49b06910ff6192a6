import { type FrameArray, sliceFrames } from '@kinemetric/video'
import { digestTensors } from '../../checkpoints/digest-tensors.ts'
import type { Checkpoint, TensorReference } from '../../checkpoints/tensors/tensor-reference.ts'
import type { Layers } from '../../layers/layers.ts'
import { GraphBuilder, type GraphModel } from '../../onnx/graph-builder.ts'
import type { FeatureExtractor, FeatureExtractorOptions } from '../../roles/feature-extractor.ts'
import { requireFrameShape } from '../../roles/frame-shape.ts'
import { float32Data, type HostTensor, openSession } from '../../session/session.ts'
import { networkError } from '../../tracklets/network-error.ts'
import { type ImageTransformer, imageTransformer } from './graph.ts'
import { interpolatedPositions, type PositionTensors } from './positions.ts'
import { type ImagePreprocessing, prepareImages } from './preprocess.ts'

/** A vision transformer of pictures where it lies. */
export interface ImageModel {
  /** The network's id. */
  readonly network: string
  readonly checkpoint: Checkpoint
  readonly transformer: ImageTransformer
  /** A tensor by the name that the transformer has for it. */
  readonly tensor: (name: string) => TensorReference
  /** Names in the checkpoint of all tensors that it computes with. */
  readonly names: readonly string[]
  readonly positions: PositionTensors
  /** Which sizes it can look at: any, those that patches fill, or the trained one. */
  readonly sizes: 'any' | 'whole-patches' | 'trained'
  /** Length of a row. */
  readonly dimension: number
}

/** How frames become its input, and what that is called. */
export interface NamedPreprocessing extends ImagePreprocessing {
  readonly name: string
}

/** Frames a run unless others are asked for: by measurement on two cores (bench/vision-transformers.md). */
const usualBatch = 4

/**
 * The rows of a vision transformer, one a frame, from frames of any size or from its own input.
 * @throws KinemetricError `not-available`, `weights-refused`, `graph-refused`
 */
export async function openImageExtractor(
  model: ImageModel,
  preprocessing: NamedPreprocessing,
  options: FeatureExtractorOptions = {},
): Promise<FeatureExtractor> {
  const { network, checkpoint, dimension } = model
  const digest = await digestTensors(checkpoint, model.names)
  const positions = await interpolatedPositions(model.positions)
  const session = await openSession(imageModelGraph(model, options), options)
  const batch = options.batch ?? usualBatch

  const run = async (pixels: Float32Array, shape: readonly number[]): Promise<Float32Array> => {
    const [rows, columns] = [shape[2], shape[3]].map((size) => Math.floor(size / model.transformer.patch))
    const table = positions.of(rows, columns)
    const results = await session.run({
      pixels: { type: 'float32', data: pixels, shape },
      positions: { type: 'float32', data: table, shape: [1 + rows * columns, model.transformer.width] },
    })
    return float32Data(results.features)
  }

  return {
    network,
    digest,
    preprocessing: preprocessing.name,
    dimension,
    rows: 'frame',
    async extract(frames: FrameArray) {
      const [count] = requireFrameShape(network, frames)
      const features = new Float32Array(count * dimension)
      for (let start = 0; start < count; start += batch) {
        const piece = sliceFrames(frames, start, 1, Math.min(batch, count - start))
        const { pixels, shape } = prepareImages(piece, preprocessing)
        features.set(await run(pixels, shape), start * dimension)
      }
      return features
    },
    async extractTensor(input) {
      const shape = inputShape(model, positions.side, input)
      const data = float32Data(input)
      const [count, channels, height, width] = shape
      const picture = channels * height * width
      const features = new Float32Array(count * dimension)
      for (let start = 0; start < count; start += batch) {
        const end = Math.min(count, start + batch)
        const rows = await run(data.subarray(start * picture, end * picture), [end - start, channels, height, width])
        features.set(rows, start * dimension)
      }
      return features
    },
    close: () => session.close(),
  }
}

/** The graph: inputs `pixels` `[N, 3, H, W]`, normalised, and `positions` `[1 + patches, width]`; output `features` `[N, dimension]`. */
export function imageModelGraph(
  { network, transformer, tensor, dimension }: ImageModel,
  { provider }: FeatureExtractorOptions = {},
): GraphModel {
  const graph = new GraphBuilder(network)
  const layers: Layers = { graph, tensor, dtype: 'float32', fusedAttention: provider !== 'webgpu' }
  const pixels = graph.input('pixels', 'float32', ['frames', 3, 'height', 'width'])
  const positions = graph.input('positions', 'float32', ['tokens', transformer.width])
  const rows = imageTransformer(layers, transformer, pixels, positions)
  graph.output(rows, 'features', 'float32', ['frames', dimension])
  return graph.build()
}

/** @throws KinemetricError `shape-mismatch` for an input that is not pictures, or of a size that the network cannot look at */
function inputShape(
  { network, transformer: { patch }, sizes }: ImageModel,
  side: number,
  { type, shape }: HostTensor,
): readonly number[] {
  const refuse = (expected: string): never => {
    throw networkError('shape-mismatch', network, { expected, found: `${type} [${shape.join(', ')}]` })
  }
  const [, channels, height, width] = shape
  if (type !== 'float32' || shape.length !== 4 || channels !== 3) refuse('pictures, float32 [N, 3, H, W]')
  if (sizes === 'trained' && (height !== side * patch || width !== side * patch))
    refuse(`pictures of ${side * patch}×${side * patch}`)
  if (sizes === 'whole-patches' && (height % patch !== 0 || width % patch !== 0))
    refuse(`pictures whose height and width are multiples of ${patch}`)
  if (height < patch || width < patch) refuse(`pictures of at least ${patch}×${patch}`)
  return shape
}
