import { contiguous, type FrameArray } from '@kinemetric/video'

import { digestTensors } from '../../checkpoints/digest-tensors.ts'
import type { Checkpoint } from '../../checkpoints/tensors/tensor-reference.ts'
import type { FeatureExtractor, FeatureExtractorOptions } from '../../roles/feature-extractor.ts'
import { i3dGraph } from './graph.ts'
import { i3dNaming, i3dTensors } from './tensors.ts'
import { requireFrameShape } from '../../roles/frame-shape.ts'
import type { NetworkOpener } from '../../roles/network-card.ts'
import { oneOf, requireKnown } from '../../roles/read-choice.ts'
import { resizeFeeds } from '../../layers/resize-frames.ts'
import type { LinearResize, ResizeAxis } from '../../layers/resize-taps.ts'
import { float32Data, openSession, type Session } from '../../session/session.ts'
import { networkError } from '../../tracklets/network-error.ts'

/** How frames become the network's 224×224 input; all end with 2x/255 − 1. */
const preprocessings = ['squash-half-pixel', 'squash-tf1', 'shorter-side-crop'] as const
export type I3dPreprocessing = (typeof preprocessings)[number]

const side = 224
const dimension = 400

/** Fewer frames leave nothing for the last pool, which spans two of the eighth-length frames. */
export const i3dMinimumFrames = 9

/** Resize of each preprocessing, and whose FVD uses it. `crop`: shorter side to 224, centre crop. */
const i3dPreprocessings: Readonly<Record<I3dPreprocessing, { resize: LinearResize; crop: boolean }>> = {
  // StyleGAN-V, LVDM, content-debiased FVD.
  'squash-half-pixel': { resize: 'half-pixel-bilinear', crop: false },
  // google-research's original, TF-GAN.
  'squash-tf1': { resize: 'tf1-bilinear', crop: false },
  // VideoGPT, DIGAN, Seer, common-metrics.
  'shorter-side-crop': { resize: 'half-pixel-bilinear', crop: true },
}

export interface I3dOptions extends FeatureExtractorOptions {
  preprocessing: I3dPreprocessing
  /** The original's 1e-3, or 1e-5 as PyTorch ports that forgot to set it have it: features differ by 1%. */
  batchNormEpsilon: 1e-3 | 1e-5
}

/**
 * The 400 logits (mean over time) of I3D trained on Kinetics-400, one row a clip, from uint8 frames of any size.
 * The checkpoint may use pytorch-i3d's, hassony2's (StyleGAN-V's TorchScript archive) or TensorFlow's names.
 * `extract` throws `too-few-frames` for clips of fewer than 9 frames.
 * @throws KinemetricError `wrong-tensors` for another network's checkpoint, `not-available` where the provider cannot be had
 */
export async function openI3d(checkpoint: Checkpoint, options: I3dOptions): Promise<FeatureExtractor> {
  const naming = i3dNaming(checkpoint)
  const digest = await digestTensors(checkpoint, Object.keys(i3dTensors(naming)))
  const { resize, crop } = i3dPreprocessings[options.preprocessing]
  const sessions = new SessionsByLength(async (frames) =>
    openSession(i3dGraph(checkpoint, naming, { frames, batchNormEpsilon: options.batchNormEpsilon, resize }), options),
  )
  return {
    network: 'i3d-kinetics-400',
    digest,
    preprocessing: options.preprocessing,
    dimension,
    rows: 'clip',
    async extract(frames: FrameArray) {
      const [count, height, width] = requireFrameShape('i3d', frames)
      if (count < i3dMinimumFrames) {
        throw networkError('too-few-frames', 'i3d', {
          expected: `at least ${i3dMinimumFrames} frames`,
          found: String(count),
        })
      }
      const session = await sessions.get(count)
      const results = await session.run({
        frames: { type: 'uint8', data: contiguous(frames).data, shape: [count, height, width, 3] },
        ...resizeFeeds(resize, ...resizeAxes(height, width, crop)),
      })
      return Float32Array.from(float32Data(results.logits))
    },
    close: () => sessions.close(),
  }
}

/** I3D as a card asks for it: any of its preprocessings, variant `bneps-0.001` or `bneps-0.00001`. */
export const openAskedI3d: NetworkOpener<'features'> = async ({ network }, choice, run) => {
  const id = 'i3d-kinetics-400'
  requireKnown(id, choice.settings, [])
  const preprocessing = oneOf(id, 'preprocessing', choice.preprocessing, preprocessings)
  const variant = oneOf(id, 'variant', choice.variant, ['bneps-0.001', 'bneps-0.00001'])
  return openI3d(network, { ...run, preprocessing, batchNormEpsilon: variant === 'bneps-0.001' ? 1e-3 : 1e-5 })
}

/** Both axes of a clip's resize: squashed, or in proportion and cut to the middle. */
function resizeAxes(height: number, width: number, crop: boolean): [ResizeAxis, ResizeAxis] {
  const size = crop ? shorterSideSize(height, width) : { height: side, width: side }
  const axis = (input: number, output: number): ResizeAxis => ({
    input,
    output,
    window: { start: Math.floor((output - side) / 2), count: side },
  })
  return [axis(height, size.height), axis(width, size.width)]
}

/** The shorter side becomes 224, the other one in proportion, rounded up (in the references' own order of operations). */
export function shorterSideSize(height: number, width: number): { height: number; width: number } {
  const scale = side / Math.min(height, width)
  return height < width
    ? { height: side, width: Math.ceil(width * scale) }
    : { height: Math.ceil(height * scale), width: side }
}

/** A session for each clip length in use; the graph is made for its number of frames. Keeps the last two. */
class SessionsByLength {
  readonly #open: (frames: number) => Promise<Session>
  readonly #sessions = new Map<number, Promise<Session>>()

  constructor(open: (frames: number) => Promise<Session>) {
    this.#open = open
  }

  async get(frames: number): Promise<Session> {
    const session = this.#sessions.get(frames) ?? this.#open(frames)
    this.#sessions.delete(frames)
    this.#sessions.set(frames, session)
    // A session that could not be opened is not kept.
    session.catch(() => this.#sessions.delete(frames))
    if (this.#sessions.size > 2) {
      const [oldest, opening] = this.#sessions.entries().next().value!
      this.#sessions.delete(oldest)
      await (await opening).close()
    }
    return session
  }

  async close(): Promise<void> {
    for (const session of this.#sessions.values()) await (await session).close()
    this.#sessions.clear()
  }
}
