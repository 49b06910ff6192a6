import type { Value } from '../../onnx/graph-builder.ts'
import { silu } from '../../layers/activations.ts'
import { attention } from '../../layers/attention.ts'
import { convolution } from '../../layers/convolution.ts'
import { add, type Layers, multiply, reshape, toArithmetic, transpose, weight32, within } from '../../layers/layers.ts'
import { linear } from '../../layers/linear.ts'
import { groupNorm } from '../../layers/normalisation.ts'

/** Of every norm but the temporal ones. */
export const epsilon = 1e-6
const temporalEpsilon = 1e-5

/** Norm, SiLU. x: `[N, C, H, W]`; returns the same. */
export function normActivation(layers: Layers, x: Value, name: string, groups: number, eps = epsilon): Value {
  return silu(layers, groupNorm(layers, x, name, { groups, epsilon: eps }))
}

/** A residual block: twice norm, SiLU, 3×3 convolution, and x (through a 1×1 convolution where widths differ). x: `[N, C, H, W]`; returns `[N, C′, H, W]`. */
export function resnet(layers: Layers, x: Value, groups: number): Value {
  const first = convolution(layers, normActivation(layers, x, 'norm1', groups), 'conv1')
  const second = convolution(layers, normActivation(layers, first, 'norm2', groups), 'conv2')
  const [widthAfter, widthBefore] = layers.tensor('conv1.weight').shape
  return add(layers, widthAfter === widthBefore ? x : convolution(layers, x, 'conv_shortcut'), second)
}

/**
 * What follows a residual block of each frame: one along the frames of a video, whose part is σ(mix_factor) (the second half of diffusers'
 * `SpatioTemporalResBlock` with `switch_spatial_to_temporal_mix`).
 * @param frames `[T, C, H, W]`, one video; returns the same shape
 */
export function temporalResnet(layers: Layers, frames: Value, groups: number): Value {
  const { graph } = layers
  const temporal = within(layers, 'temporal_res_block')
  const [width] = temporal.tensor('conv2.weight').shape
  const kernel = [width, width, 3, 1]
  let y = alongFrames(layers, frames, width) // [1, C, T, HW]
  for (const i of [1, 2])
    y = convolution(temporal, normActivation(temporal, y, `norm${i}`, groups, temporalEpsilon), `conv${i}`, { kernel })
  const part = toArithmetic(layers, graph.node('Sigmoid', [weight32(layers, 'time_mixer.mix_factor')]))
  return add(layers, frames, fromAlongFrames(layers, multiply(layers, y, part), frames))
}

/** Frames `[T, C, H, W]` of one video as `[1, C, T, HW]`, over which a convolution of height 3 looks along the frames. */
export function alongFrames(layers: Layers, x: Value, width: number): Value {
  const rows = transpose(layers, reshape(layers, x, [0, width, -1]), [1, 0, 2])
  return layers.graph.node('Unsqueeze', [rows, layers.graph.ints([0])])
}

/** Back from `alongFrames`, in the shape of `like`. */
export function fromAlongFrames({ graph }: Layers, y: Value, like: Value): Value {
  const frames = graph.node('Transpose', [graph.node('Squeeze', [y, graph.ints([0])])], { perm: [1, 0, 2] })
  return graph.node('Reshape', [frames, graph.node('Shape', [like])])
}

/** Attention of every place of a picture to every other, with one head, and x. x: `[N, C, H, W]`; returns the same. */
export function placeAttention(layers: Layers, x: Value, groups: number): Value {
  const { graph } = layers
  const [width] = layers.tensor('group_norm.weight').shape
  const normed = groupNorm(layers, x, 'group_norm', { groups, epsilon })
  const places = transpose(layers, reshape(layers, normed, [0, width, -1]), [0, 2, 1]) // [N, HW, C]
  const rows = reshape(layers, places, [-1, width])
  const shape = graph.node('Shape', [places])
  const [q, k, v] = ['to_q', 'to_k', 'to_v'].map((name) =>
    graph.node('Reshape', [linear(layers, rows, name, { outer: [-1] }), shape]),
  )
  const mixed = reshape(layers, attention(layers, [q, k, v], { heads: 1, width }), [-1, width])
  const out = graph.node('Reshape', [linear(layers, mixed, 'to_out.0', { outer: [-1] }), shape])
  const planes = graph.node('Reshape', [transpose(layers, out, [0, 2, 1]), graph.node('Shape', [x])])
  return add(layers, x, planes)
}
