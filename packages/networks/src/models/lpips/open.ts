import { contiguous, type FrameArray } from '@kinemetric/video'
import { digestTensors } from '../../checkpoints/digest-tensors.ts'
import type { NetworkOpener } from '../../roles/network-card.ts'
import type { PairDistance } from '../../roles/pair-distance.ts'
import { oneOf, requireKnown } from '../../roles/read-choice.ts'
import { float32Data, openSession, type HostTensor, type SessionOptions } from '../../session/session.ts'
import { networkError } from '../../tracklets/network-error.ts'
import { type LpipsEpsilon, lpipsGraph, winogradPrefix } from './graph.ts'
import {
  lpipsId,
  type LpipsNet,
  lpipsSizeBefore,
  lpipsSmallestSide,
  type LpipsVersion,
  lpipsWinograd,
} from './layers.ts'
import { type FrameBytes, frameBytes, type PairRun, planRuns, type RunSizes, valueSources } from './plan-runs.ts'
import { winogradFeeds } from './winograd.ts'
import { lpipsBackboneTensors, lpipsHeadTensors, lpipsTensors, type LpipsWeights } from './tensors.ts'

export interface LpipsOptions extends SessionOptions {
  /** Of the heads; it decides how the input is scaled. Default `0.1`. */
  version?: LpipsVersion | undefined
  /** Default `lpips`. */
  epsilon?: LpipsEpsilon | undefined
  /** Values are the mean of the full-size map instead of the sum of each tap's mean. Default false. */
  spatial?: boolean | undefined
  /** The most frames of a run, both sides' together, at least 2. Default: as many as keep the first layers' activations within 128 MiB, 2 to 9. */
  batch?: number | undefined
  /** AlexNet's 5×5 and 3×3 convolutions by Winograd's products: half their time on a CPU. Default: there. */
  winograd?: boolean | undefined
}

/** LPIPS of one net, ready to compare. */
export interface Lpips extends PairDistance {
  /** `[T, H, W]` row-major: where the frames differ. Only with `spatial`: @throws KinemetricError `bad-option` otherwise */
  map(generated: FrameArray, reference: FrameArray): Promise<Float32Array>
}

/** LPIPS of one net as a card asks for it: settings `epsilon` (`lpips`, `torchmetrics`) and `spatial` (default false). */
export function lpipsOpener(net: LpipsNet, version: LpipsVersion): NetworkOpener<'distance'> {
  const id = lpipsId(net, version)
  return ({ backbone, heads }, { preprocessing, variant, settings = {} }, run) => {
    requireKnown(id, { preprocessing, variant }, [])
    requireKnown(id, settings, ['epsilon', 'spatial'])
    const { epsilon = 'lpips', spatial = false } = settings
    return openLpips(
      net,
      { backbone, heads },
      {
        ...run,
        version,
        epsilon: oneOf(id, 'epsilon', epsilon, ['lpips', 'torchmetrics']),
        spatial: oneOf(id, 'spatial', String(spatial), ['true', 'false']) === 'true',
      },
    )
  }
}

/**
 * LPIPS (Zhang et al. 2018; richzhang/PerceptualSimilarity), from uint8 frames to one value a frame in one graph. Nothing is computed twice: not a frame of the reference for several videos, not
 * a frame that repeats the one before it, and nothing of a frame that is the reference's to the byte.
 * @throws KinemetricError `wrong-tensors` for a checkpoint of another network, `not-available` where the provider cannot be had
 */
export async function openLpips(net: LpipsNet, weights: LpipsWeights, options: LpipsOptions = {}): Promise<Lpips> {
  const tensors = lpipsTensors(net, weights)
  const winograd = options.winograd ?? (options.provider ?? 'cpu') === 'cpu'
  const graph = lpipsGraph(net, tensors, { ...options, winograd })
  const digest = [
    await digestTensors(weights.backbone, Object.keys(lpipsBackboneTensors(net))),
    await digestTensors(weights.heads, Object.keys(lpipsHeadTensors(net))),
  ].join('+')
  // Runs are of few frames where many repeat: a memory plan a number of frames would stand beside the others.
  const session = await openSession(graph, { planMemory: false, ...options })
  const spatial = options.spatial === true

  async function compare(
    videos: readonly FrameArray[],
    reference: FrameArray,
    output: 'distance' | 'map',
  ): Promise<Float32Array[]> {
    for (const video of videos) requirePair(net, video, reference)
    const [count, height, width] = reference.shape
    const rowSize = output === 'map' ? height * width : 1
    const bytes = (frames: FrameArray): FrameBytes => frameBytes(contiguous(frames).data, count, height * width * 3)
    const [generated, target] = [videos.map(bytes), bytes(reference)]
    const sources = generated.map((video) => valueSources(video, target))
    const values = videos.map(() => new Float32Array(count * rowSize))
    const sizes = runSizes(net, height, width, options.batch)
    for (const run of planRuns(sources, generated, target, sizes)) {
      const feeds = feedsOf(run, generated, target, [height, width])
      for (const { layers, kind } of winograd ? lpipsWinograd[net] : []) {
        const size = lpipsSizeBefore(net, layers[0], height, width)
        Object.assign(feeds, winogradFeeds(kind, winogradPrefix(layers), run.frames.length, ...size))
      }
      const results = await session.run(feeds, [output])
      const rows = float32Data(results[output])
      for (const [pair, { video, frame }] of run.pairs.entries())
        values[video].set(rows.subarray(pair * rowSize, (pair + 1) * rowSize), frame * rowSize)
    }
    for (const [video, source] of sources.entries()) repeatRows(values[video], source, rowSize)
    return values
  }

  return {
    network: lpipsId(net, options.version ?? '0.1'),
    digest,
    distance: async (generated, reference) => (await compare([generated], reference, 'distance'))[0],
    distances: (generated, reference) => compare(generated, reference, 'distance'),
    async map(generated, reference) {
      if (!spatial) throw networkError('bad-option', 'lpips', 'a map needs the option spatial: true')
      return (await compare([generated], reference, 'map'))[0]
    },
    close: () => session.close(),
  }
}

function feedsOf(
  run: PairRun,
  generated: readonly FrameBytes[],
  reference: FrameBytes,
  [height, width]: readonly [number, number],
): Record<string, HostTensor> {
  const { size } = reference
  const data = new Uint8Array(run.frames.length * size)
  for (const [place, { video, frame }] of run.frames.entries()) {
    const source = video === 'reference' ? reference : generated[video]
    data.set(source.data.subarray(frame * size, (frame + 1) * size), place * size)
  }
  const places = (side: 'generated' | 'reference'): HostTensor => ({
    type: 'int32',
    data: Int32Array.from(run.pairs, (pair) => pair[side]),
    shape: [run.pairs.length],
  })
  return {
    frames: { type: 'uint8', data, shape: [run.frames.length, height, width, 3] },
    generated: places('generated'),
    reference: places('reference'),
  }
}

/** Gives frames that stand still the row of the pair that was computed. Those equal to the reference keep their zeros. */
function repeatRows(values: Float32Array, sources: Int32Array, rowSize: number): void {
  for (const [frame, source] of sources.entries())
    if (source !== -1 && source !== frame) values.copyWithin(frame * rowSize, source * rowSize, (source + 1) * rowSize)
}

/**
 * Frames of a run. VGG's take 100 MB each at 256×384, four times their first activations, and nine of another net are eight videos and their reference. Where
 * nothing is shared, runs of as many as have their first activations in 16 MiB are up to a tenth faster than longer ones.
 */
function runSizes(net: LpipsNet, height: number, width: number, batch: number | undefined): RunSizes {
  const firstStride = { alex: 4, vgg: 1, squeeze: 2 }[net]
  const bytesPerFrame = (64 * 4 * height * width) / firstStride ** 2
  const within = (bytes: number): number => Math.max(2, Math.min(9, Math.floor(bytes / bytesPerFrame)))
  return { limit: Math.max(2, batch ?? within(2 ** 27)), usual: batch ?? within(2 ** 24) }
}

function requirePair(net: LpipsNet, generated: FrameArray, reference: FrameArray): void {
  const shapes = [generated, reference].map((frames) => `[${frames.shape.join(', ')}]`)
  if (generated.shape.length !== 4 || generated.shape[3] !== 3 || shapes[0] !== shapes[1]) {
    throw networkError('shape-mismatch', 'lpips', {
      expected: 'two arrays of one shape [T, H, W, 3]',
      found: shapes.join(' and '),
    })
  }
  const [, height, width] = generated.shape
  const smallest = lpipsSmallestSide[net]
  if (Math.min(height, width) < smallest) {
    throw networkError('too-small', `lpips-${net}`, {
      expected: `frames of at least ${smallest}×${smallest}`,
      found: `${height}×${width}`,
    })
  }
}
