import type { Value } from '../onnx/graph-builder.ts'
import { type Layers, weight } from './layers.ts'

export interface ConvolutionShape {
  /** Default 1. */
  readonly stride?: number | undefined
  /** Zeros at [top, left, bottom, right]; default: half the kernel on every side. */
  readonly pads?: readonly number[] | undefined
  /** The kernel's axes re-declared: `[out, in, 3, 1]` for PyTorch's temporal `[out, in, 3, 1, 1]`, whose bytes are the same. */
  readonly kernel?: readonly number[] | undefined
  /** Whether it has a bias. Default true. */
  readonly bias?: boolean | undefined
}

/** A convolution over the last two of four axes. x: `[N, in, H, W]`; returns `[N, out, H′, W′]`. */
export function convolution(layers: Layers, x: Value, name: string, shape: ConvolutionShape = {}): Value {
  const { graph, tensor } = layers
  const kernel = shape.kernel ?? tensor(`${name}.weight`).shape
  const [height, width] = kernel.slice(2)
  const [top, left] = [(height - 1) >> 1, (width - 1) >> 1]
  const inputs = [x, weight(layers, `${name}.weight`, kernel)]
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
