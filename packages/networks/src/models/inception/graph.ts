import { findTensor } from '../../checkpoints/find-tensor.ts'
import type { Checkpoint } from '../../checkpoints/tensors/tensor-reference.ts'
import { type Normalisation, resizeFrames } from '../../layers/resize-frames.ts'
import type { ResizeKind } from '../../layers/resize-taps.ts'
import { GraphBuilder, type GraphModel, type Value } from '../../onnx/graph-builder.ts'
import { inceptionLayers } from './layers.ts'
import { type InceptionNaming, inceptionUnitNames } from './tensors.ts'

/** How frames become the network's 299×299 input. */
export const inceptionPreprocessingNames = ['tf1', 'half-pixel', 'antialias', 'pillow-bicubic'] as const
export type InceptionPreprocessing = (typeof inceptionPreprocessingNames)[number]

/** Of the network's input, pixels. */
export const inceptionSide = 299
/** Length of a feature. */
export const inceptionDimension = 2048

/**
 * Resize and normalisation of each preprocessing, and whose FID uses it. Every one is applied whatever
 * the frames' size, 299×299 included, where all resizes leave the frames as they are.
 */
export const inceptionPreprocessings: Readonly<
  Record<InceptionPreprocessing, { resize: ResizeKind; normalisation: Normalisation }>
> = {
  // The original FID, torch-fidelity, StyleGAN, torchmetrics before 1.8, clean-fid legacy_tensorflow.
  tf1: {
    resize: 'tf1-bilinear',
    normalisation: { subtract: 128, divide: 128 },
  },
  // pytorch-fid, clean-fid legacy_pytorch.
  'half-pixel': {
    resize: 'half-pixel-bilinear',
    normalisation: { subtract: 127.5, divide: 127.5 },
  },
  // torchmetrics from 1.8.
  antialias: {
    resize: 'antialias-bilinear',
    normalisation: { subtract: 128, divide: 128 },
  },
  // clean-fid.
  'pillow-bicubic': {
    resize: 'pillow-bicubic',
    normalisation: { subtract: 128, divide: 128 },
  },
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
  const planes = resizeFrames(graph, frames, {
    kind: resize,
    height: inceptionSide,
    width: inceptionSide,
    normalisation,
  })
  const maps = inceptionGraphLayers(graph, checkpoint, naming, planes)
  const pooled = graph.node('GlobalAveragePool', [maps])
  graph.output(graph.node('Flatten', [pooled]), 'features', 'float32', ['frames', inceptionDimension])
  return graph.build()
}

function inceptionGraphLayers(
  graph: GraphBuilder,
  checkpoint: Checkpoint,
  naming: InceptionNaming,
  planes: Value,
): Value {
  const weight = (name: string): Value => graph.weight(findTensor(checkpoint, name))
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
