import type { Value } from '../onnx/graph-builder.ts'
import { gatheredConvolution, isGathered, type MapSize } from './gathered-convolution.ts'
import { type Layers, toArithmetic, weight, weight32, weightFor } from './layers.ts'

export interface ConvolutionShape {
  /** Default 1. */
  readonly stride?: number | undefined
  /** Zeros at [top, left, bottom, right]; default: half the kernel on every side. */
  readonly pads?: readonly number[] | undefined
  /** The kernel's axes re-declared: `[out, in, 3, 1]` for PyTorch's temporal `[out, in, 3, 1, 1]`, whose bytes are the same. */
  readonly kernel?: readonly number[] | undefined
  /** Whether it has a bias. Default true. */
  readonly bias?: boolean | undefined
  /** The size of x, of a 3×3 convolution with a bias and default pads, which may then be computed as `gatheredConvolution`. */
  readonly size?: MapSize | undefined
}

/** A convolution over the last two of four axes. x: `[N, in, H, W]`; returns `[N, out, H′, W′]`. */
export function convolution(layers: Layers, x: Value, name: string, shape: ConvolutionShape = {}): Value {
  const { graph, tensor } = layers
  const { size } = shape
  if (size !== undefined && isGathered(layers, size)) return gatheredConvolution(layers, x, name, size, shape.stride)
  const kernel = shape.kernel ?? tensor(`${name}.weight`).shape
  const [height, width] = kernel.slice(2)
  const [top, left] = [(height - 1) >> 1, (width - 1) >> 1]
  const inputs = [x, weightFor(layers, x, `${name}.weight`, kernel)]
  if (shape.bias !== false) inputs.push(weight(layers, `${name}.bias`))
  const stride = shape.stride ?? 1
  return graph.node(
    'Conv',
    inputs,
    { kernel_shape: [height, width], strides: [stride, stride], pads: shape.pads ?? [top, left, top, left] },
    { name },
  )
}

/** Twice as many rows and columns, each value four times. */
export function doubleNearest({ graph }: Layers, x: Value): Value {
  const scales = graph.constant(Float32Array.of(1, 1, 2, 2), [4], 'scales')
  return graph.node('Resize', [x, undefined, scales], {
    mode: 'nearest',
    coordinate_transformation_mode: 'asymmetric',
    nearest_mode: 'floor',
  })
}

/**
 * A 3 × 3 convolution of what `doubleNearest` makes of x, with `skipDoubledMaps` without making it: of three neighbours on the fine grid two are one sample of the
 * coarse one, so that each of the four places of a sample is a 2 × 2 convolution of x whose kernel sums taps (onnxruntime sums them once, when
 * the session is made). Four ninths of the arithmetic. x: `[N, in, H, W]`; returns `[N, out, 2H, 2W]`.
 */
export function doubledConvolution(layers: Layers, x: Value, name: string): Value {
  const { graph } = layers
  if (layers.skipDoubledMaps !== true) return convolution(layers, doubleNearest(layers, x), name)
  const kernel = weight32(layers, `${name}.weight`)
  const bias = weight(layers, `${name}.bias`)
  const [first, second] = [
    { rows: graph.constant(Float32Array.of(1, 0, 0, 0, 1, 1), [2, 3], 'taps'), pads: [1, 0] },
    { rows: graph.constant(Float32Array.of(1, 1, 0, 0, 0, 1), [2, 3], 'taps'), pads: [0, 1] },
  ]
  const places = [first, second].flatMap((vertical) =>
    [first, second].map((horizontal) => {
      const columns = graph.node('Transpose', [horizontal.rows], { perm: [1, 0] })
      const summed = graph.node('MatMul', [vertical.rows, graph.node('MatMul', [kernel, columns])])
      const [top, bottom] = vertical.pads
      const [left, right] = horizontal.pads
      const how = { kernel_shape: [2, 2], pads: [top, left, bottom, right] }
      return graph.node('Conv', [x, toArithmetic(layers, summed), bias], how, { name })
    }),
  )
  return graph.node('DepthToSpace', [graph.node('Concat', places, { axis: 1 })], { blocksize: 2, mode: 'DCR' })
}
