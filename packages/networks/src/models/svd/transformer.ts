import { silu } from '../../layers/activations.ts'
import { oneTokenAttention, selfAttention } from '../../layers/attention.ts'
import { add, type Layers, multiply, reshape, toArithmetic, toFloat32, transpose, within } from '../../layers/layers.ts'
import { gatedFeedForward } from '../../layers/feed-forward.ts'
import { linear } from '../../layers/linear.ts'
import { groupNorm, layerNorm } from '../../layers/normalisation.ts'
import { sinusoid } from '../../layers/sinusoid.ts'
import type { Value } from '../../onnx/graph-builder.ts'
import type { SvdLevel } from './config.ts'
import { type Grid, rowsOf } from './grid.ts'
import { rest } from './residual-block.ts'

export interface TransformerShape {
  readonly grid: Grid
  readonly level: Pick<SvdLevel, 'heads' | 'depth' | 'width'>
  /** One token a sample, `[samples, context]`. */
  readonly context: Value
}

/** Tokens `[rows, C]` in groups that attend within themselves. */
interface Tokens {
  readonly groups: number
  /** Tokens of a group. */
  readonly length: number
  readonly samples: number
  readonly width: number
  readonly heads: number
}

/**
 * Transformer blocks over the places of each frame, each followed by one over the frames of each place, blended: y + (1 − σ(mix))(m − y)
 * (diffusers' `TransformerSpatioTemporalModel`). x: `[samples · frames, C, height, width]`; returns the same.
 */
export function spatioTemporalTransformer(layers: Layers, x: Value, name: string, shape: TransformerShape): Value {
  const inner = within(layers, name)
  const { grid, level, context } = shape
  const { samples, frames, height, width: across } = grid
  const { width, heads } = level
  const [places, rows] = [height * across, rowsOf(grid)]
  const normed = reshape(layers, groupNorm(inner, x, 'norm', { epsilon: 1e-6 }), [samples * frames, width, places])
  let y = linear(inner, reshape(layers, transpose(layers, normed, [0, 2, 1]), [rows, width]), 'proj_in', rowWise)

  const inSpace = { groups: samples * frames, length: places, samples, width, heads }
  const inTime = { groups: samples * places, length: frames, samples, width, heads }
  const position = framePositions(inner, frames, width)
  for (let at = 0; at < level.depth; at++) {
    y = block(within(inner, `transformer_blocks.${at}`), y, context, inSpace)
    const placed = add(layers, reshape(layers, y, [samples, frames, places, width]), position)
    const byPlace = reshape(layers, transpose(layers, placed, [0, 2, 1, 3]), [rows, width])
    const temporal = within(inner, `temporal_transformer_blocks.${at}`)
    const entered = add(
      layers,
      byPlace,
      gatedFeedForward(temporal, layerNorm(temporal, byPlace, 'norm_in'), 'ff_in', rowWise),
    )
    const mixed = reshape(layers, block(temporal, entered, context, inTime), [samples, places, frames, width])
    const m = reshape(layers, transpose(layers, mixed, [0, 2, 1, 3]), [rows, width])
    y = blend(inner, y, m)
  }
  const out = reshape(layers, linear(inner, y, 'proj_out', rowWise), [samples * frames, places, width])
  return add(layers, x, reshape(layers, transpose(layers, out, [0, 2, 1]), [samples * frames, width, height, across]))
}

const rowWise = { outer: [-1] } as const

/** Attention within each group, what the context adds, a network for each token; each on top of what it is given. */
function block(layers: Layers, y: Value, context: Value, tokens: Tokens): Value {
  const { groups, length, samples, width, heads } = tokens
  const grouped = reshape(layers, layerNorm(layers, y, 'norm1'), [groups, length, width])
  const attended = selfAttention(layers, grouped, 'attn1', { heads, width, outer: [groups, length] })
  const own = add(layers, y, reshape(layers, attended, [-1, width]))
  const bySample = reshape(layers, own, [samples, (groups / samples) * length, width])
  const told = reshape(layers, add(layers, bySample, oneTokenAttention(layers, context, 'attn2', { width })), [
    -1,
    width,
  ])
  return add(layers, told, gatedFeedForward(layers, layerNorm(layers, told, 'norm3'), 'ff', rowWise))
}

/** What is added to the tokens of each frame, `[frames, 1, C]`: it depends on the weights alone. */
function framePositions(layers: Layers, frames: number, width: number): Value {
  const numbers = Float32Array.from(Array.from({ length: frames }, (_, frame) => [...sinusoid(frame, width)]).flat())
  const constant = toArithmetic(layers, layers.graph.constant(numbers, [frames, width], 'frames'))
  const between = silu(layers, linear(layers, constant, 'time_pos_embed.linear_1', rowWise))
  return reshape(layers, linear(layers, between, 'time_pos_embed.linear_2', rowWise), [frames, 1, width])
}

function blend(layers: Layers, y: Value, m: Value): Value {
  const [space, time] = [toFloat32(layers, y), toFloat32(layers, m)]
  const apart = layers.graph.node('Sub', [time, space])
  return toArithmetic(layers, add(layers, space, multiply(layers, apart, rest(layers, 'time_mixer'))))
}
