import { silu } from '../../layers/activations.ts'
import { convolution } from '../../layers/convolution.ts'
import {
  add,
  type Layers,
  multiply,
  reshape,
  toArithmetic,
  toFloat32,
  transpose,
  weight32,
  within,
} from '../../layers/layers.ts'
import type { MapSize } from '../../layers/gathered-convolution.ts'
import { linear } from '../../layers/linear.ts'
import { groupNorm } from '../../layers/normalisation.ts'
import type { Value } from '../../onnx/graph-builder.ts'
import { type Grid, mapsOf } from './grid.ts'

export interface ResidualShape {
  readonly grid: Grid
  /** Of the group norms, in space and in time. */
  readonly epsilon: number
  /** silu of the embedded step, `[1, E]`: the same for every frame and sample. */
  readonly time: Value
}

/**
 * A residual block in space, then one in time: s + (1 − σ(mix)) h, s being the first's output and h what the second adds to it
 * (diffusers' `SpatioTemporalResBlock`, whose blend σ s + (1 − σ)(s + h) is the same).
 * x: `[samples · frames, in, height, width]`; returns `[samples · frames, out, height, width]`.
 */
export function spatioTemporalResidual(layers: Layers, x: Value, name: string, shape: ResidualShape): Value {
  const inner = within(layers, name)
  const { samples, frames, height, width } = shape.grid
  const [channels, from] = inner.tensor('spatial_res_block.conv1.weight').shape
  const added = branch(within(inner, 'spatial_res_block'), x, { ...shape, kernel: [3, 3], size: mapsOf(shape.grid) })
  const short = from === channels ? x : convolution(inner, x, 'spatial_res_block.conv_shortcut')
  const space = add(layers, short, added)

  // Frames beside the places of a frame: a kernel over three frames is one of [3, 1].
  const byFrame = reshape(layers, space, [samples, frames, channels, height * width])
  const overFrames = transpose(layers, byFrame, [0, 2, 1, 3])
  const temporal = branch(within(inner, 'temporal_res_block'), overFrames, { ...shape, kernel: [3, 1] })
  const back = transpose(layers, temporal, [0, 2, 1, 3])
  const change = reshape(layers, back, [samples * frames, channels, height, width])
  return toArithmetic(
    layers,
    add(layers, toFloat32(layers, space), multiply(layers, toFloat32(layers, change), rest(inner, 'time_mixer'))),
  )
}

/** 1 − σ(mix) of a blend, `[1]`, float32. */
export function rest(layers: Layers, name: string): Value {
  const { graph } = layers
  return graph.node('Sigmoid', [graph.node('Neg', [weight32(layers, `${name}.mix_factor`)])])
}

/** Norm, silu, convolution, the step's embedding, norm, silu, convolution. */
function branch(
  layers: Layers,
  x: Value,
  { epsilon, time, kernel, size }: ResidualShape & { kernel: readonly [number, number]; size?: MapSize },
): Value {
  const convolved = (input: Value, part: string): Value => {
    const [to, from] = layers.tensor(`${part}.weight`).shape
    return convolution(layers, input, part, { kernel: [to, from, ...kernel], size })
  }
  const first = convolved(silu(layers, groupNorm(layers, x, 'norm1', { epsilon })), 'conv1')
  const shift = linear(layers, time, 'time_emb_proj', { outer: [1] })
  const shifted = add(layers, first, reshape(layers, shift, [1, -1, 1, 1]))
  return convolved(silu(layers, groupNorm(layers, shifted, 'norm2', { epsilon })), 'conv2')
}
