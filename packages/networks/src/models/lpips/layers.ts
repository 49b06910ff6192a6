import type { TensorReference } from '../../checkpoints/tensors/tensor-reference.ts'
import type { GraphBuilder, Value } from '../../onnx/graph-builder.ts'

/** The three networks that LPIPS v0.1 comes with. */
export type LpipsNet = 'alex' | 'vgg' | 'squeeze'

/** One layer of `features` in torchvision's numbering, or what follows it. */
type Layer =
  | {
      readonly kind: 'convolution'
      readonly index: number
      readonly shape: readonly [number, number, number]
      readonly stride?: number
      readonly pad?: number
    }
  | {
      readonly kind: 'fire'
      readonly index: number
      readonly input: number
      readonly squeeze: number
      readonly expand: number
    }
  | { readonly kind: 'pool'; readonly size: 2 | 3; readonly ceil?: boolean }
  | { readonly kind: 'tap' }

const convolution = (
  index: number,
  input: number,
  output: number,
  size: number,
  stride = 1,
  pad = (size - 1) / 2,
): Layer => ({
  kind: 'convolution',
  index,
  shape: [output, input, size],
  stride,
  pad,
})
const fire = (index: number, input: number, squeeze: number, expand: number): Layer => ({
  kind: 'fire',
  index,
  input,
  squeeze,
  expand,
})
const pool = (size: 2 | 3, ceil = false): Layer => ({ kind: 'pool', size, ceil })
const tap: Layer = { kind: 'tap' }

/**
 * torchvision's AlexNet, VGG16 and SqueezeNet 1.1 up to the last layer that LPIPS taps; every convolution ends in a ReLU.
 * Source: METRICS §3 (richzhang/PerceptualSimilarity lpips/pretrained_networks.py for the taps).
 */
const backbones: Readonly<Record<LpipsNet, readonly Layer[]>> = {
  alex: [
    convolution(0, 3, 64, 11, 4, 2),
    tap, // 64 × H/4
    pool(3),
    convolution(3, 64, 192, 5),
    tap, // 192 × H/8
    pool(3),
    convolution(6, 192, 384, 3),
    tap, // 384 × H/16
    convolution(8, 384, 256, 3),
    tap,
    convolution(10, 256, 256, 3),
    tap,
  ],
  vgg: [
    convolution(0, 3, 64, 3),
    convolution(2, 64, 64, 3),
    tap, // 64 × H
    pool(2),
    convolution(5, 64, 128, 3),
    convolution(7, 128, 128, 3),
    tap, // 128 × H/2
    pool(2),
    convolution(10, 128, 256, 3),
    convolution(12, 256, 256, 3),
    convolution(14, 256, 256, 3),
    tap, // 256 × H/4
    pool(2),
    convolution(17, 256, 512, 3),
    convolution(19, 512, 512, 3),
    convolution(21, 512, 512, 3),
    tap, // 512 × H/8
    pool(2),
    convolution(24, 512, 512, 3),
    convolution(26, 512, 512, 3),
    convolution(28, 512, 512, 3),
    tap, // 512 × H/16
  ],
  squeeze: [
    convolution(0, 3, 64, 3, 2, 0),
    tap, // 64 × H/2
    pool(3, true),
    fire(3, 64, 16, 64),
    fire(4, 128, 16, 64),
    tap, // 128 × H/4
    pool(3, true),
    fire(6, 128, 32, 128),
    fire(7, 256, 32, 128),
    tap, // 256 × H/8
    pool(3, true),
    fire(9, 256, 48, 192),
    tap, // 384 × H/16
    fire(10, 384, 48, 192),
    tap,
    fire(11, 384, 64, 256),
    tap, // 512
    fire(12, 512, 64, 256),
    tap,
  ],
}

/** Channels at each tap. */
export const lpipsTapChannels: Readonly<Record<LpipsNet, readonly number[]>> = {
  alex: [64, 192, 384, 256, 256],
  vgg: [64, 128, 256, 512, 512],
  squeeze: [64, 128, 256, 384, 384, 512, 512],
}

/** Smallest frame side that leaves every tap at least one sample. */
export const lpipsSmallestSide: Readonly<Record<LpipsNet, number>> = { alex: 31, vgg: 16, squeeze: 17 }

/** Names and shapes of the tensors that a backbone takes from torchvision's checkpoint. */
export function lpipsBackboneTensors(net: LpipsNet): Record<string, readonly number[]> {
  const tensors: Record<string, readonly number[]> = {}
  const declare = (prefix: string, output: number, input: number, size: number): void => {
    tensors[`${prefix}.weight`] = [output, input, size, size]
    tensors[`${prefix}.bias`] = [output]
  }
  for (const layer of backbones[net]) {
    if (layer.kind === 'convolution') declare(`features.${layer.index}`, ...layer.shape)
    if (layer.kind === 'fire') {
      declare(`features.${layer.index}.squeeze`, layer.squeeze, layer.input, 1)
      declare(`features.${layer.index}.expand1x1`, layer.expand, layer.squeeze, 1)
      declare(`features.${layer.index}.expand3x3`, layer.expand, layer.squeeze, 3)
    }
  }
  return tensors
}

// The package's input is x/127.5 − 1, and its scaling layer makes that (x/127.5 − 1 − shift)/scale per channel.
const shift = [-0.03, -0.088, -0.188]
const scale = [0.458, 0.448, 0.45]

/** The activations at the taps, `[N, C, h, w]` each, of uint8 frames `[N, H, W, 3]`. */
export function lpipsTaps(
  graph: GraphBuilder,
  net: LpipsNet,
  frames: Value,
  tensor: (name: string) => TensorReference,
): Value[] {
  const taps: Value[] = []
  const convolve = (x: Value, prefix: string, size: number, stride: number, pad: number, kernel?: Value): Value => {
    const inputs = [x, kernel ?? graph.weight(tensor(`${prefix}.weight`)), graph.weight(tensor(`${prefix}.bias`))]
    const attributes = { kernel_shape: [size, size], strides: [stride, stride], pads: [pad, pad, pad, pad] }
    return graph.node('Relu', [graph.node('Conv', inputs, attributes, { name: prefix })])
  }
  // What is padded with zeros is (x − zero)·slope: the subtraction stays, the slope goes into the first kernel.
  const zero = shift.map((s) => 127.5 * (1 + s))
  const slope = scale.map((s) => 1 / (127.5 * s))
  // Transposed while still bytes: a quarter of the memory traffic.
  const planes = graph.node('Cast', [graph.node('Transpose', [frames], { perm: [0, 3, 1, 2] })], { to: 1 })
  let x = graph.node('Sub', [planes, graph.constant(Float32Array.from(zero), [3, 1, 1], 'zero')])
  const first = graph.node('Mul', [
    graph.weight(tensor('features.0.weight')),
    graph.constant(Float32Array.from(slope), [3, 1, 1], 'slope'),
  ])
  for (const layer of backbones[net]) {
    if (layer.kind === 'tap') taps.push(x)
    else if (layer.kind === 'pool') {
      x = graph.node('MaxPool', [x], {
        kernel_shape: [layer.size, layer.size],
        strides: [2, 2],
        ceil_mode: layer.ceil === true ? 1 : 0,
      })
    } else if (layer.kind === 'convolution') {
      const kernel = layer.index === 0 ? first : undefined
      x = convolve(x, `features.${layer.index}`, layer.shape[2], layer.stride ?? 1, layer.pad ?? 0, kernel)
    } else {
      const squeezed = convolve(x, `features.${layer.index}.squeeze`, 1, 1, 0)
      const narrow = convolve(squeezed, `features.${layer.index}.expand1x1`, 1, 1, 0)
      const wide = convolve(squeezed, `features.${layer.index}.expand3x3`, 3, 1, 1)
      x = graph.node('Concat', [narrow, wide], { axis: 1 })
    }
  }
  return taps
}

/** Multiplications and additions of the convolutions of one frame, two each, counted from the layers. */
export function lpipsBackboneOperations(net: LpipsNet, height: number, width: number): number {
  let operations = 0
  let sides = [height, width]
  const convolve = (output: number, input: number, size: number): void => {
    operations += 2 * output * input * size * size * sides[0] * sides[1]
  }
  for (const layer of backbones[net]) {
    if (layer.kind === 'pool') {
      const round = layer.ceil === true ? Math.ceil : Math.floor
      sides = sides.map((side) => round((side - layer.size) / 2) + 1)
    } else if (layer.kind === 'convolution') {
      const [output, input, size] = layer.shape
      sides = sides.map((side) => Math.floor((side + 2 * (layer.pad ?? 0) - size) / (layer.stride ?? 1)) + 1)
      convolve(output, input, size)
    } else if (layer.kind === 'fire') {
      convolve(layer.squeeze, layer.input, 1)
      convolve(layer.expand, layer.squeeze, 1)
      convolve(layer.expand, layer.squeeze, 3)
    }
  }
  return operations
}
