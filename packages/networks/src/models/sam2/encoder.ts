import { gelu } from '../../layers/activations.ts'
import { attention } from '../../layers/attention.ts'
import { convolution, doubleNearest } from '../../layers/convolution.ts'
import { add, type Layers, reshape, transpose, within } from '../../layers/layers.ts'
import { linear } from '../../layers/linear.ts'
import { layerNorm } from '../../layers/normalisation.ts'
import { GraphBuilder, type GraphModel, type Value } from '../../onnx/graph-builder.ts'
import type { Sam2Config } from './config.ts'
import type { FoldedLayers } from './fold-layers.ts'
import type { GraphOptions } from './graph-options.ts'
import { mapOf, tokensOf } from './operations.ts'

const EPSILON = 1e-6
const rows = { outer: [-1] }

/** Tokens of a map, row-major. */
interface TokenMap {
  /** `[side · side, channels]` */
  readonly tokens: Value
  readonly side: number
  readonly channels: number
}

/** What the encoder's graph takes that is computed of the checkpoint's tensors beforehand. */
export interface EncoderConstants {
  /** `[S/4 · S/4, E]` */
  readonly position: Float32Array
  /** Of the two finer maps: the neck's layer and the decoder's behind it as one. */
  readonly finer: readonly [FoldedLayers, FoldedLayers]
}

/**
 * Hiera (Ryali et al. 2023) with SAM 2's neck: `input` `[1, 3, S, S]` to `s2`, `s1`, `s0`.
 * @param inspect also `trunk0` … `trunk3`
 */
export function encoderGraph(
  config: Sam2Config,
  options: GraphOptions,
  { position, finer }: EncoderConstants,
  inspect: boolean,
): GraphModel {
  const graph = new GraphBuilder('sam2-encoder')
  const layers: Layers = { graph, dtype: 'float32', ...options }
  const { imageSize, trunk } = config
  const input = graph.input('input', 'float32', [1, 3, imageSize, imageSize])
  const trunkLayers = within(layers, 'image_encoder.trunk')
  const patches = convolution(trunkLayers, input, 'patch_embed.proj', { stride: 4, pads: [3, 3, 3, 3] })
  const place = graph.constant(position, [(imageSize / 4) ** 2, trunk.channels], 'position')
  const embedded = add(layers, tokensOf(layers, patches, trunk.channels), place)
  const stages = trunkStages(trunkLayers, config, { tokens: embedded, side: imageSize / 4, channels: trunk.channels })
  const coarse = (level: 2 | 3) => {
    const { tokens, side } = stages[level]
    return mapOf(layers, linear(layers, tokens, `image_encoder.neck.convs.${3 - level}.conv`, rows), side, side)
  }
  const size = (level: number, channels: number) => [1, channels, stages[level].side, stages[level].side]
  graph.output(add(layers, coarse(2), doubleNearest(layers, coarse(3))), 's2', 'float32', size(2, config.width))
  for (const level of [1, 0] as const) {
    const { tokens, side, channels } = stages[level]
    const { weight, bias } = finer[level]
    const out = bias.length
    const inputs = [
      graph.constant(weight, [out, channels], `finer${level}`),
      graph.constant(bias, [out], `bias${level}`),
    ]
    const found = graph.node('Gemm', [tokens, ...inputs], { transB: 1 }, { name: `finer${level}` })
    graph.output(mapOf(layers, found, side, side), `s${level}`, 'float32', size(level, out))
  }
  if (inspect)
    for (const [level, { tokens, side, channels }] of stages.entries())
      graph.output(mapOf(layers, tokens, side, side), `trunk${level}`, 'float32', size(level, channels))
  return graph.build()
}

function trunkStages(layers: Layers, { trunk }: Sam2Config, first: TokenMap): TokenMap[] {
  const found: TokenMap[] = []
  let map = first
  let index = 0
  for (const [stage, count] of trunk.stages.entries()) {
    for (let block = 0; block < count; block++) {
      const pools = stage > 0 && block === 0
      // The first block of a stage still has the windows of the one before.
      const window = trunk.global.includes(index) ? 0 : trunk.windows[pools ? stage - 1 : stage]
      const shape = { heads: trunk.heads * 2 ** stage, channels: trunk.channels * 2 ** stage, window, pools }
      map = transformed(within(layers, `blocks.${index}`), map, shape)
      index++
    }
    found.push(map)
  }
  return found
}

interface BlockShape {
  readonly heads: number
  /** Of what comes out. */
  readonly channels: number
  /** Side of a window; 0: the whole map. */
  readonly window: number
  /** Whether queries, and with them the map, are halved. */
  readonly pools: boolean
}

function transformed(layers: Layers, x: TokenMap, { heads, channels, window, pools }: BlockShape): TokenMap {
  const { graph } = layers
  const normed = layerNorm(layers, x.tokens, 'norm1', EPSILON)
  const side = pools ? x.side / 2 : x.side
  const shortcut = pools
    ? reshape(layers, pooled(layers, linear(layers, normed, 'proj', rows), 1, x.side, channels), [-1, channels])
    : x.tokens
  const width = window === 0 ? x.side : window
  const count = Math.ceil(x.side / width)
  const parts = window === 0 ? normed : partitioned(layers, { ...x, tokens: normed }, window, count)
  const qkv = graph.nodes('Split', [linear(layers, parts, 'attn.qkv', rows)], 3, { axis: -1, num_outputs: 3 })
  const grouped = qkv.map((part) => reshape(layers, part, [count * count, -1, channels]))
  const queries = pools
    ? reshape(layers, pooled(layers, qkv[0], count * count, width, channels), [count * count, -1, channels])
    : grouped[0]
  const mixed = attention(layers, [queries, grouped[1], grouped[2]], { heads, width: channels })
  const projected = linear(layers, reshape(layers, mixed, [-1, channels]), 'attn.proj', rows)
  const back = window === 0 ? projected : joined(layers, projected, { side, channels }, pools ? width / 2 : width)
  const attended = add(layers, shortcut, back)
  const wide = linear(layers, layerNorm(layers, attended, 'norm2', EPSILON), 'mlp.layers.0', rows)
  const tokens = add(layers, attended, linear(layers, gelu(layers, wide), 'mlp.layers.1', rows))
  return { tokens, side, channels }
}

/** The largest of each 2×2 of `count` maps of tokens: `[count, side/2, side/2, channels]`. */
function pooled(layers: Layers, tokens: Value, count: number, side: number, channels: number): Value {
  const maps = transpose(layers, reshape(layers, tokens, [count, side, side, channels]), [0, 3, 1, 2])
  const halved = layers.graph.node('MaxPool', [maps], { kernel_shape: [2, 2], strides: [2, 2] })
  return transpose(layers, halved, [0, 2, 3, 1])
}

/** A map's windows one after the other, zeros behind its right and lower border: `[count² · window², channels]`. */
function partitioned(layers: Layers, { tokens, side, channels }: TokenMap, window: number, count: number): Value {
  const { graph } = layers
  const over = count * window - side
  const map = reshape(layers, tokens, [side, side, channels])
  const padded = over === 0 ? map : graph.node('Pad', [map, graph.ints([0, 0, 0, over, over, 0])], { mode: 'constant' })
  const split = reshape(layers, padded, [count, window, count, window, channels])
  return reshape(layers, transpose(layers, split, [0, 2, 1, 3, 4]), [-1, channels])
}

/** Windows put back into a map, without what lies behind its border: `[side · side, channels]`. */
function joined(
  layers: Layers,
  tokens: Value,
  { side, channels }: { readonly side: number; readonly channels: number },
  window: number,
): Value {
  const { graph } = layers
  const count = Math.ceil(side / window)
  const split = reshape(layers, tokens, [count, count, window, window, channels])
  const map = reshape(layers, transpose(layers, split, [0, 2, 1, 3, 4]), [count * window, count * window, channels])
  const cut =
    count * window === side
      ? map
      : graph.node('Slice', [map, graph.ints([0, 0]), graph.ints([side, side]), graph.ints([0, 1])])
  return reshape(layers, cut, [-1, channels])
}
