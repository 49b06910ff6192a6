import type { Value } from '../../onnx/graph-builder.ts'
import { silu } from '../../layers/activations.ts'
import { oneTokenAttention, selfAttention } from '../../layers/attention.ts'
import { convolution, doubledConvolution } from '../../layers/convolution.ts'
import { gatedFeedForward } from '../../layers/feed-forward.ts'
import type { MapSize } from '../../layers/gathered-convolution.ts'
import { add, type Layers, reshape, transpose } from '../../layers/layers.ts'
import { linear } from '../../layers/linear.ts'
import { groupNorm, layerNorm } from '../../layers/normalisation.ts'
import type { LdmPart } from './blocks.ts'

/** What all layers see besides what flows through them. */
export interface LdmConditions {
  /** SiLU of the time embedding, `[1 or batch, 4 · model channels]`. */
  readonly time: Value
  /** `[batch, context width]`: the one token. */
  readonly context: Value
  /** Blocks of a transformer. */
  readonly depth: number
}

/** One layer. x: `[batch, from, H, W]`; returns `[batch, to, H′, W′]`. */
export function ldmLayer(
  layers: Layers,
  x: Value,
  part: LdmPart,
  size: MapSize,
  conditions: LdmConditions,
): readonly [Value, MapSize] {
  switch (part.kind) {
    case 'convolution':
      return [convolution(layers, x, part.name, { size }), size]
    case 'residual':
      return [residual(layers, x, part, size, conditions), size]
    case 'transformer':
      return [transformer(layers, x, part, size, conditions), size]
    case 'halve':
      return [
        convolution(layers, x, part.name, { stride: 2, size }),
        { height: size.height / 2, width: size.width / 2 },
      ]
  }
  const doubled = doubledConvolution(layers, x, part.name)
  return [doubled, { height: 2 * size.height, width: 2 * size.width }]
}

function residual(
  layers: Layers,
  x: Value,
  { name, from, to }: LdmPart & { kind: 'residual' },
  size: MapSize,
  { time }: LdmConditions,
): Value {
  const normed = (x: Value, norm: string): Value => silu(layers, groupNorm(layers, x, norm, { epsilon: 1e-5 }))
  const moved = reshape(layers, linear(layers, time, `${name}.emb_layers.1`, { outer: [-1] }), [-1, to, 1, 1])
  const first = convolution(layers, normed(x, `${name}.in_layers.0`), `${name}.in_layers.2`, { size })
  const second = convolution(
    layers,
    normed(add(layers, first, moved), `${name}.out_layers.0`),
    `${name}.out_layers.3`,
    { size },
  )
  return add(layers, from === to ? x : convolution(layers, x, `${name}.skip_connection`), second)
}

function transformer(
  layers: Layers,
  x: Value,
  { name, channels, heads }: LdmPart & { kind: 'transformer' },
  { height, width }: MapSize,
  { context, depth }: LdmConditions,
): Value {
  const outer = [-1, height * width]
  const normed = reshape(layers, groupNorm(layers, x, `${name}.norm`, { epsilon: 1e-6 }), [0, channels, height * width])
  let y = linear(layers, transpose(layers, normed, [0, 2, 1]), `${name}.proj_in`, { outer })
  for (let index = 0; index < depth; index++) {
    const block = `${name}.transformer_blocks.${index}`
    const attended = layerNorm(layers, y, `${block}.norm1`)
    y = add(layers, y, selfAttention(layers, attended, `${block}.attn1`, { outer, heads, width: channels }))
    y = add(layers, y, oneTokenAttention(layers, context, `${block}.attn2`, { width: channels }))
    y = add(layers, y, gatedFeedForward(layers, layerNorm(layers, y, `${block}.norm3`), `${block}.ff`, { outer }))
  }
  const planes = transpose(layers, linear(layers, y, `${name}.proj_out`, { outer }), [0, 2, 1])
  return add(layers, x, reshape(layers, planes, [0, channels, height, width]))
}
