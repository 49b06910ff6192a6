import { contiguous, type FrameArray } from '@kinemetric/video'
import { digestTensors } from '../../checkpoints/digest-tensors.ts'
import type { NetworkOpener } from '../../roles/network-card.ts'
import type { PairDistance } from '../../roles/pair-distance.ts'
import { oneOf, requireKnown } from '../../roles/read-choice.ts'
import { float32Data, openSession, type HostTensor, type SessionOptions } from '../../session/session.ts'
import { networkError } from '../../tracklets/network-error.ts'
import { type LpipsEpsilon, lpipsGraph } from './graph.ts'
import { type LpipsNet, lpipsSmallestSide } from './layers.ts'
import { lpipsBackboneTensors, lpipsHeadTensors, lpipsTensors, type LpipsWeights } from './tensors.ts'

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
    await digestTensors(weights.heads, Object.keys(lpipsHeadTensors(net))),
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
