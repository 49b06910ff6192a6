import { contiguous, type FrameArray } from '@kinemetric/video'

import { digestTensors } from '../../checkpoints/digest-tensors.ts'
import { expectTensors } from '../../checkpoints/expect-tensors.ts'
import type { Checkpoint, TensorReference } from '../../checkpoints/tensors/tensor-reference.ts'
import { lpipsBackboneTensors, lpipsSmallestSide, lpipsTapChannels, lpipsTaps, type LpipsNet } from './layers.ts'
import type { NetworkOpener } from '../../roles/network-card.ts'
import type { PairDistance } from '../../roles/pair-distance.ts'
import { oneOf, requireKnown } from '../../roles/read-choice.ts'
import { GraphBuilder, type GraphModel, type Value } from '../../onnx/graph-builder.ts'
import { float32Data, openSession, type HostTensor, type SessionOptions } from '../../session/session.ts'
import { networkError } from '../../tracklets/network-error.ts'

/** Where the ε stands when activations are scaled to unit length: f/(‖f‖ + 1e-10), or torchmetrics' f/√(1e-8 + ‖f‖²). */
export type LpipsEpsilon = 'lpips' | 'torchmetrics'

/** The files of one net: torchvision's checkpoint (or its `features` alone) and LPIPS v0.1's linear heads. */
export interface LpipsWeights {
  readonly backbone: Checkpoint
  readonly heads: Checkpoint
}

export interface LpipsOptions extends SessionOptions {
  /** Default `lpips`. */
  epsilon?: LpipsEpsilon | undefined
  /** Values are the mean of the full-size map instead of the sum of each tap's mean. Default false. */
  spatial?: boolean | undefined
  /** Pairs of frames a run. Default: as many as keep the first layers' activations in reach, 1 to 8. */
  batch?: number | undefined
}

/** LPIPS of one net, ready to compare. */
export interface Lpips extends PairDistance {
  /** `[T, H, W]` row-major: where the frames differ. Only with `spatial`: @throws KinemetricError `bad-option` otherwise */
  map(generated: FrameArray, reference: FrameArray): Promise<Float32Array>
}

/** LPIPS of one net as a card asks for it: settings `epsilon` (`lpips`, `torchmetrics`) and `spatial` (default false). */
export function lpipsOpener(net: LpipsNet): NetworkOpener<'distance'> {
  const id = `lpips-${net}`
  return ({ backbone, heads }, { preprocessing, variant, settings = {} }, run) => {
    requireKnown(id, { preprocessing, variant }, [])
    requireKnown(id, settings, ['epsilon', 'spatial'])
    const { epsilon = 'lpips', spatial = false } = settings
    return openLpips(
      net,
      { backbone, heads },
      {
        ...run,
        epsilon: oneOf(id, 'epsilon', epsilon, ['lpips', 'torchmetrics']),
        spatial: oneOf(id, 'spatial', String(spatial), ['true', 'false']) === 'true',
      },
    )
  }
}

/**
 * LPIPS v0.1 (Zhang et al. 2018; richzhang/PerceptualSimilarity), from uint8 frames to one value a frame in one graph.
 * @throws KinemetricError `wrong-tensors` for a checkpoint of another network, `not-available` where the provider cannot be had
 */
export async function openLpips(net: LpipsNet, weights: LpipsWeights, options: LpipsOptions = {}): Promise<Lpips> {
  const tensors = lpipsTensors(net, weights)
  const graph = lpipsGraph(net, tensors, options)
  const digest = [
    await digestTensors(weights.backbone, Object.keys(lpipsBackboneTensors(net))),
    await digestTensors(weights.heads, Object.keys(headTensors(net))),
  ].join('+')
  const session = await openSession(graph, options)
  const spatial = options.spatial === true

  async function compare(
    generated: FrameArray,
    reference: FrameArray,
    output: 'distance' | 'map',
  ): Promise<Float32Array> {
    const [count, height, width] = requirePair(net, generated, reference)
    const frameSize = height * width * 3
    const rowSize = output === 'map' ? height * width : 1
    const batch = options.batch ?? defaultBatch(net, height, width)
    const [first, second] = [contiguous(generated).data, contiguous(reference).data]
    const values = new Float32Array(count * rowSize)
    for (let start = 0; start < count; start += batch) {
      const size = Math.min(batch, count - start)
      const feed = (data: Uint8Array): HostTensor => ({
        type: 'uint8',
        data: data.subarray(start * frameSize, (start + size) * frameSize),
        shape: [size, height, width, 3],
      })
      const results = await session.run({ generated: feed(first), reference: feed(second) }, [output])
      values.set(float32Data(results[output]), start * rowSize)
    }
    return values
  }

  return {
    network: `lpips-${net}`,
    digest,
    distance: (generated, reference) => compare(generated, reference, 'distance'),
    async map(generated, reference) {
      if (!spatial) throw networkError('bad-option', 'lpips', 'a map needs the option spatial: true')
      return compare(generated, reference, 'map')
    },
    close: () => session.close(),
  }
}

function headTensors(net: LpipsNet): Record<string, readonly number[]> {
  return Object.fromEntries(
    lpipsTapChannels[net].map((channels, tap) => [`lin${tap}.model.1.weight`, [1, channels, 1, 1]]),
  )
}

/** Checks both checkpoints and looks tensors up in them. */
function lpipsTensors(net: LpipsNet, { backbone, heads }: LpipsWeights): (name: string) => TensorReference {
  // torchvision's files also hold the classifier, LPIPS's may hold aliases of the heads.
  expectTensors(backbone, lpipsBackboneTensors(net), { extra: (name) => name.startsWith('classifier.') })
  expectTensors(heads, headTensors(net), { extra: (name) => name.startsWith('lins.') })
  return (name) => (name.startsWith('lin') ? heads : backbone).tensors.get(name)!
}

/** The graph: inputs `generated` and `reference`, uint8 `[frames, H, W, 3]`; output `distance` `[frames]` (and `map`). */
export function lpipsGraph(
  net: LpipsNet,
  tensor: (name: string) => TensorReference,
  options: { epsilon?: LpipsEpsilon | undefined; spatial?: boolean | undefined } = {},
): GraphModel {
  const graph = new GraphBuilder(`lpips-${net}`)
  const shape = ['frames', 'height', 'width', 3]
  const generated = graph.input('generated', 'uint8', shape)
  const reference = graph.input('reference', 'uint8', shape)
  const [f, g] = [generated, reference].map((frames) => lpipsTaps(graph, net, frames, tensor))
  const maps = f.map((activations, tap) =>
    tapDifference(graph, activations, g[tap], tensor(`lin${tap}.model.1.weight`), options.epsilon ?? 'lpips'),
  )
  if (options.spatial === true) {
    const map = sum(graph, maps.map((small) => resizeLike(graph, small, generated))) // prettier-ignore
    graph.output(graph.node('Squeeze', [map, graph.ints([1])]), 'map', 'float32', ['frames', 'height', 'width'])
    graph.output(mean(graph, map), 'distance', 'float32', ['frames'])
  } else {
    graph.output(sum(graph, maps.map((map) => mean(graph, map))), 'distance', 'float32', ['frames']) // prettier-ignore
  }
  return graph.build()
}

/**
 * Σ_c w_c (f̂_c − ĝ_c)² of one tap, f̂ and ĝ being the two sides' activations scaled to unit length over channels.
 * @param f `[N, C, h, w]` of the generated frames
 * @param g the same of the reference
 * @returns `[N, 1, h, w]`
 */
function tapDifference(graph: GraphBuilder, f: Value, g: Value, head: TensorReference, epsilon: LpipsEpsilon): Value {
  const channels = head.shape[1]
  // A sum over channels as a 1×1 convolution stays in the layout of the convolutions before it; a reduction would not.
  const ones = graph.constant(new Float32Array(channels).fill(1), [1, channels, 1, 1], 'ones')
  const unit = (activations: Value): Value => {
    const squares = graph.node('Conv', [graph.node('Mul', [activations, activations]), ones])
    const norm =
      epsilon === 'lpips'
        ? graph.node('Add', [graph.node('Sqrt', [squares]), graph.scalar(1e-10)])
        : graph.node('Sqrt', [graph.node('Add', [squares, graph.scalar(1e-8)])])
    return graph.node('Div', [activations, norm])
  }
  const difference = graph.node('Sub', [unit(f), unit(g)])
  const squared = graph.node('Mul', [difference, difference])
  const columns = graph.node('Reshape', [squared, graph.ints([0, 0, -1])]) // [N, C, h·w]
  const weighted = graph.node('MatMul', [graph.weight(head, { shape: [1, channels] }), columns]) // [N, 1, h·w]
  const size = graph.node('Shape', [f], { start: 2, end: 4 })
  const shape = graph.node('Concat', [graph.ints([-1, 1]), size], { axis: 0 })
  return graph.node('Reshape', [weighted, shape])
}

function sum(graph: GraphBuilder, values: Value[]): Value {
  return values.reduce((total, value) => graph.node('Add', [total, value]))
}

/** `[N, 1, h, w]` to `[N]`. */
function mean(graph: GraphBuilder, map: Value): Value {
  return graph.node('ReduceMean', [map, graph.ints([1, 2, 3])], { keepdims: 0 })
}

/** Half-pixel bilinear to the frames' own size. */
function resizeLike(graph: GraphBuilder, map: Value, frames: Value): Value {
  const size = graph.node('Shape', [frames], { start: 1, end: 3 })
  const outer = graph.node('Shape', [map], { start: 0, end: 2 })
  const sizes = graph.node('Concat', [outer, size], { axis: 0 })
  return graph.node('Resize', [map, undefined, undefined, sizes], {
    mode: 'linear',
    coordinate_transformation_mode: 'half_pixel',
  })
}

/** Keeps the two sides' first activations within about 64 MiB. */
function defaultBatch(net: LpipsNet, height: number, width: number): number {
  const firstStride = { alex: 4, vgg: 1, squeeze: 2 }[net]
  const bytesPerPair = (2 * 64 * 4 * height * width) / firstStride ** 2
  return Math.max(1, Math.min(8, Math.floor(2 ** 26 / bytesPerPair)))
}

function requirePair(net: LpipsNet, generated: FrameArray, reference: FrameArray): readonly [number, number, number] {
  const shapes = [generated, reference].map((frames) => `[${frames.shape.join(', ')}]`)
  if (generated.shape.length !== 4 || generated.shape[3] !== 3 || shapes[0] !== shapes[1]) {
    throw networkError('shape-mismatch', 'lpips', {
      expected: 'two arrays of one shape [T, H, W, 3]',
      found: shapes.join(' and '),
    })
  }
  const [count, height, width] = generated.shape
  const smallest = lpipsSmallestSide[net]
  if (Math.min(height, width) < smallest) {
    throw networkError('too-small', `lpips-${net}`, {
      expected: `frames of at least ${smallest}×${smallest}`,
      found: `${height}×${width}`,
    })
  }
  return [count, height, width]
}
