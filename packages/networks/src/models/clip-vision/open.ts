import { GraphBuilder, type GraphModel, type Value } from '../../onnx/graph-builder.ts'
import type { CubicResize } from '../../layers/cubic-matrix.ts'
import { add, type Dtype, type Layers, multiply } from '../../layers/layers.ts'
import { resizePlanes, resizePlanesFeeds } from '../../layers/resize-planes.ts'
import { type HostTensor, openSession, type SessionOptions } from '../../session/session.ts'
import { networkError } from '../../tracklets/network-error.ts'
import { clipVision } from './graph.ts'
import type { ChannelNormalisation } from '../vision-transformer/preprocess.ts'
import { clipNormalisation } from './normalisation.ts'
import type { ClipTower } from './tower.ts'

export interface ImageEmbedderOptions extends SessionOptions {
  /** How a picture becomes as large as what the tower looks at. */
  readonly resize: CubicResize
  /** Default: CLIP's. */
  readonly normalisation?: ChannelNormalisation | undefined
  /** Default `float32`. */
  readonly dtype?: Dtype | undefined
  /** Default: not on WebGPU. */
  readonly fusedAttention?: boolean | undefined
  /** What the graph does to the embedding, float32 `[1, projection]`, in the end: a layer of another network, say. Keeps its two axes. */
  readonly head?: ((graph: GraphBuilder, embedding: Value) => Value) | undefined
}

/** A picture's embedding. */
export interface ImageEmbedder {
  /** A picture, float32 `[1, 3, H, W]` in [−1, 1] of any size, to its row, float32 `[1, projection]` (what the head makes of it). @throws KinemetricError `shape-mismatch` */
  run(picture: HostTensor): Promise<HostTensor>
  close(): Promise<void>
}

/**
 * Opens a tower with what stands before it: resize to its size, [−1, 1] to [0, 1], mean and deviation of each channel.
 * @throws KinemetricError `not-available`, `weights-refused`, `graph-refused`
 */
export async function openImageEmbedder(tower: ClipTower, options: ImageEmbedderOptions): Promise<ImageEmbedder> {
  // Matrices that are used once a picture are not worth reordering: ViT-H opens in less than half the time, and is about as fast.
  const { prepack = false } = options
  const session = await openSession(imageEmbedderGraph(tower, options), { ...options, prepack })
  return {
    async run(picture) {
      const size = pictureSize(picture)
      const feeds = { picture, ...resizePlanesFeeds(options.resize, size, tower.config.image) }
      return (await session.run(feeds)).embedding
    },
    close: () => session.close(),
  }
}

/** The graph of `openImageEmbedder`: `picture`, `rows`, `columns` to `embedding`. */
export function imageEmbedderGraph({ config, tensor }: ClipTower, options: ImageEmbedderOptions): GraphModel {
  const graph = new GraphBuilder('clip-vision')
  const { dtype = 'float32', fusedAttention = options.provider !== 'webgpu', head } = options
  const layers: Layers = { graph, tensor, dtype, fusedAttention }
  const picture = graph.input('picture', 'float32', [1, 3, 'height', 'width'])
  const resized = resizePlanes(graph, picture, config.image)
  const pixels = normalised(layers, resized, options.normalisation ?? clipNormalisation)
  const embedding = clipVision(layers, config, pixels)
  graph.output(head === undefined ? embedding : head(graph, embedding), 'embedding', 'float32', [1, 'projection'])
  return graph.build()
}

/** ((x + 1)/2 − mean)/deviation of each channel. */
function normalised(layers: Layers, planes: Value, { mean, deviation }: ChannelNormalisation): Value {
  const scale = deviation.map((deviation) => 0.5 / deviation)
  const shift = mean.map((mean, channel) => (0.5 - mean) / deviation[channel])
  const constant = (values: readonly number[]): Value =>
    layers.graph.constant(Float32Array.from(values), [3, 1, 1], 'channels')
  return add(layers, multiply(layers, planes, constant(scale)), constant(shift))
}

function pictureSize({ type, shape }: HostTensor): readonly [number, number] {
  const [count, channels, height, width] = shape
  if (type === 'float32' && shape.length === 4 && count === 1 && channels === 3 && height > 1 && width > 1)
    return [height, width]
  throw networkError('shape-mismatch', 'clip-vision', {
    expected: 'one picture, float32 [1, 3, height, width]',
    found: `${type} [${shape.join(', ')}]`,
  })
}
