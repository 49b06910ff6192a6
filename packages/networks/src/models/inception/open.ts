import { contiguous, type FrameArray } from '@kinemetric/video'

import { digestTensors } from '../../checkpoints/digest-tensors.ts'
import { expectTensors } from '../../checkpoints/expect-tensors.ts'
import type { Checkpoint } from '../../checkpoints/tensors/tensor-reference.ts'
import type { FeatureExtractor, FeatureExtractorOptions } from '../../roles/feature-extractor.ts'
import { inceptionLayers } from './layers.ts'
import {
  inceptionExtraTensors,
  inceptionNamingMarks,
  inceptionTensors,
  inceptionUnitNames,
  type InceptionNaming,
} from './tensors.ts'
import { requireFrameShape } from '../../roles/frame-shape.ts'
import type { NetworkOpener } from '../../roles/network-card.ts'
import { oneOf, requireKnown } from '../../roles/read-choice.ts'
import { GraphBuilder, type GraphModel, type Value } from '../../onnx/graph-builder.ts'
import { resizeFeeds, resizeFrames, type Normalisation } from '../../layers/resize-frames.ts'
import type { ResizeKind } from '../../layers/resize-taps.ts'
import { float32Data, openSession } from '../../session/session.ts'
import { networkError } from '../../tracklets/network-error.ts'

/** How frames become the network's 299×299 input. */
export type InceptionPreprocessing = 'tf1' | 'half-pixel' | 'antialias' | 'pillow-bicubic'

const side = 299
const dimension = 2048

/**
 * Resize and normalisation of each preprocessing, and whose FID uses it (METRICS §4.2). Every one is applied whatever
 * the frames' size, 299×299 included, where all resizes leave the frames as they are.
 */
export const inceptionPreprocessings: Readonly<
  Record<InceptionPreprocessing, { resize: ResizeKind; normalisation: Normalisation; usedBy: string }>
> = {
  tf1: {
    resize: 'tf1-bilinear',
    normalisation: { subtract: 128, divide: 128 },
    usedBy: 'the original FID, torch-fidelity, StyleGAN, torchmetrics before 1.8, clean-fid legacy_tensorflow',
  },
  'half-pixel': {
    resize: 'half-pixel-bilinear',
    normalisation: { subtract: 127.5, divide: 127.5 },
    usedBy: 'pytorch-fid, clean-fid legacy_pytorch',
  },
  antialias: {
    resize: 'antialias-bilinear',
    normalisation: { subtract: 128, divide: 128 },
    usedBy: 'torchmetrics from 1.8',
  },
  'pillow-bicubic': {
    resize: 'pillow-bicubic',
    normalisation: { subtract: 128, divide: 128 },
    usedBy: 'clean-fid',
  },
}

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
    dimension,
    rows: 'frame',
    async extract(frames: FrameArray) {
      const [count, height, width] = requireFrameShape('inception', frames)
      const { data } = contiguous(frames)
      const feeds = resizeFeeds(resize, { input: height, output: side }, { input: width, output: side })
      const features = new Float32Array(count * dimension)
      const frameSize = height * width * 3
      for (let start = 0; start < count; start += batch) {
        const end = Math.min(count, start + batch)
        const piece = data.subarray(start * frameSize, end * frameSize)
        const results = await session.run({
          frames: { type: 'uint8', data: piece, shape: [end - start, height, width, 3] },
          ...feeds,
        })
        features.set(float32Data(results.features), start * dimension)
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
  const known = ['tf1', 'half-pixel', 'antialias', 'pillow-bicubic'] as const
  const preprocessing = oneOf(id, 'preprocessing', choice.preprocessing, known)
  if (choice.variant !== undefined) oneOf(id, 'variant', choice.variant, ['bneps-0.001'])
  return openInception(network, { ...run, preprocessing })
}

/** Whose names the checkpoint uses. @throws KinemetricError where it is not this network under any of them. */
export function inceptionNaming(checkpoint: Checkpoint): InceptionNaming {
  const naming: InceptionNaming = checkpoint.tensors.has(inceptionNamingMarks['nvidia-torchscript'])
    ? 'nvidia-torchscript'
    : 'pytorch-fid'
  expectTensors(checkpoint, inceptionTensors(naming), { extra: (name) => inceptionExtraTensors[naming].test(name) })
  return naming
}

/** The graph: inputs `frames` (uint8 `[N, H, W, 3]`) and those of its resize; output `features` `[N, 2048]`. */
export function inceptionGraph(
  checkpoint: Checkpoint,
  naming: InceptionNaming,
  preprocessing: InceptionPreprocessing,
): GraphModel {
  const { resize, normalisation } = inceptionPreprocessings[preprocessing]
  const graph = new GraphBuilder(`inception-${preprocessing}`)
  const frames = graph.input('frames', 'uint8', ['frames', 'height', 'width', 3])
  const planes = resizeFrames(graph, frames, { kind: resize, height: side, width: side, normalisation })
  const maps = inceptionGraphLayers(graph, checkpoint, naming, planes)
  const pooled = graph.node('GlobalAveragePool', [maps])
  graph.output(graph.node('Flatten', [pooled]), 'features', 'float32', ['frames', dimension])
  return graph.build()
}

function inceptionGraphLayers(
  graph: GraphBuilder,
  checkpoint: Checkpoint,
  naming: InceptionNaming,
  planes: Value,
): Value {
  const weight = (name: string): Value => {
    const reference = checkpoint.tensors.get(name)
    if (reference === undefined) throw networkError('wrong-tensors', checkpoint.path, `no tensor "${name}"`)
    return graph.weight(reference)
  }
  return inceptionLayers<Value>(
    {
      unit(x, name, { output, kernel, stride, pad }) {
        const names = inceptionUnitNames(name, naming)
        const convolved = graph.node(
          'Conv',
          [x, weight(names.kernel)],
          { kernel_shape: kernel, strides: [stride, stride], pads: [...pad, ...pad] },
          { name },
        )
        const scale =
          names.scale === undefined
            ? graph.constant(new Float32Array(output).fill(1), [output], 'ones')
            : weight(names.scale)
        // onnxruntime folds the batch norm into the kernel when the session is made.
        const inputs = [convolved, scale, weight(names.shift), weight(names.mean), weight(names.variance)]
        return graph.node('Relu', [graph.node('BatchNormalization', inputs, { epsilon: { float: 1e-3 } })])
      },
      maxPool(x, stride) {
        const pad = stride === 1 ? 1 : 0
        return graph.node('MaxPool', [x], {
          kernel_shape: [3, 3],
          strides: [stride, stride],
          pads: [pad, pad, pad, pad],
        })
      },
      averagePool: (x) =>
        graph.node('AveragePool', [x], { kernel_shape: [3, 3], pads: [1, 1, 1, 1], count_include_pad: 0 }),
      concat: (parts) => graph.node('Concat', parts, { axis: 1 }),
    },
    planes,
  )
}
