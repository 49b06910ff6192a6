import { contiguous, type FrameArray } from '@kinemetric/video'
import { digestTensors } from '../../checkpoints/digest-tensors.ts'
import type { Checkpoint } from '../../checkpoints/tensors/tensor-reference.ts'
import { resizeFeeds } from '../../layers/resize-frames.ts'
import type { FeatureExtractor, FeatureExtractorOptions } from '../../roles/feature-extractor.ts'
import { requireFrameShape } from '../../roles/frame-shape.ts'
import type { NetworkOpener } from '../../roles/network-card.ts'
import { oneOf, requireKnown } from '../../roles/read-choice.ts'
import { float32Data, openSession } from '../../session/session.ts'
import {
  inceptionDimension,
  inceptionGraph,
  type InceptionPreprocessing,
  inceptionPreprocessingNames,
  inceptionPreprocessings,
  inceptionSide,
} from './graph.ts'
import { inceptionNaming, inceptionTensors } from './tensors.ts'

export interface InceptionOptions extends FeatureExtractorOptions {
  preprocessing: InceptionPreprocessing
}

/**
 * The 2048 pool3 features of Inception 2015-12-05, one row a frame, from uint8 frames of any size.
 * The checkpoint may be pytorch-fid's (torch-fidelity's) or NVIDIA's TorchScript archive.
 * @throws KinemetricError `wrong-tensors` for another network's checkpoint, `not-available` where the provider cannot be had
 */
export async function openInception(checkpoint: Checkpoint, options: InceptionOptions): Promise<FeatureExtractor> {
  const naming = inceptionNaming(checkpoint)
  const digest = await digestTensors(checkpoint, Object.keys(inceptionTensors(naming)))
  const session = await openSession(inceptionGraph(checkpoint, naming, options.preprocessing), options)
  const { resize } = inceptionPreprocessings[options.preprocessing]
  const batch = options.batch ?? 4

  return {
    network: 'inception-2015-12-05',
    digest,
    preprocessing: options.preprocessing,
    dimension: inceptionDimension,
    rows: 'frame',
    async extract(frames: FrameArray) {
      const [count, height, width] = requireFrameShape('inception', frames)
      const { data } = contiguous(frames)
      const feeds = resizeFeeds(
        resize,
        { input: height, output: inceptionSide },
        { input: width, output: inceptionSide },
      )
      const features = new Float32Array(count * inceptionDimension)
      const frameSize = height * width * 3
      for (let start = 0; start < count; start += batch) {
        const end = Math.min(count, start + batch)
        const piece = data.subarray(start * frameSize, end * frameSize)
        const results = await session.run({
          frames: { type: 'uint8', data: piece, shape: [end - start, height, width, 3] },
          ...feeds,
        })
        features.set(float32Data(results.features), start * inceptionDimension)
      }
      return features
    },
    close: () => session.close(),
  }
}

/** Inception as a card asks for it: any of its preprocessings, variant `bneps-0.001` or none. */
export const openAskedInception: NetworkOpener<'features'> = async ({ network }, choice, run) => {
  const id = 'inception-2015-12-05'
  requireKnown(id, choice.settings, [])
  const preprocessing = oneOf(id, 'preprocessing', choice.preprocessing, inceptionPreprocessingNames)
  if (choice.variant !== undefined) oneOf(id, 'variant', choice.variant, ['bneps-0.001'])
  return openInception(network, { ...run, preprocessing })
}
