import { gelu } from '../../layers/activations.ts'
import { add, type Layers, reshape, transpose, weight, within } from '../../layers/layers.ts'
import { layerNorm } from '../../layers/normalisation.ts'
import { linear } from '../../layers/linear.ts'
import { GraphBuilder, type GraphModel, type Value } from '../../onnx/graph-builder.ts'
import type { Sam2Config } from './config.ts'
import { denseEncoding } from './encodings.ts'
import type { GraphOptions } from './graph-options.ts'
import { normedGelu, perceptron, projectedAttention, relu } from './operations.ts'

const HEADS = 8
const MASKS = 4

/**
 * SAM 2's mask decoder for one prompt: `embed`, `s1`, `s0`, `sparse` `[1, tokens, C]` to `masks` `[1, 4, S/4, S/4]`, `iou` `[1, 4]`, `score` `[1]`,
 * `pointers` `[1, 4, C]`, `maskTokens` `[1, 4, C]`.
 * @param promptMatrix `[2, C/2]`
 */
export function decoderGraph(config: Sam2Config, options: GraphOptions, promptMatrix: Float32Array): GraphModel {
  const graph = new GraphBuilder('sam2-decoder')
  const layers: Layers = { graph, dtype: 'float32', ...options }
  const { width, imageSize } = config
  const side = imageSize / 16
  const embed = graph.input('embed', 'float32', [1, width, side, side])
  const s1 = graph.input('s1', 'float32', [1, width / 4, 2 * side, 2 * side])
  const s0 = graph.input('s0', 'float32', [1, width / 8, 4 * side, 4 * side])
  const sparse = graph.input('sparse', 'float32', [1, 'tokens', width])
  const decoder = within(layers, 'sam_mask_decoder')
  const own = ['obj_score_token', 'iou_token', 'mask_tokens'].map((name) =>
    weight(decoder, `${name}.weight`, [1, name === 'mask_tokens' ? MASKS : 1, width]),
  )
  const tokens = graph.node('Concat', [...own, sparse], { axis: 1 })
  const noMask = weight(layers, 'sam_prompt_encoder.no_mask_embed.weight', [1, width, 1, 1])
  const image = reshape(layers, transpose(layers, add(layers, embed, noMask), [0, 2, 3, 1]), [1, -1, width])
  const places = graph.constant(denseEncoding(side, promptMatrix), [1, side * side, width], 'places')
  const { queries, keys } = twoWay(within(decoder, 'transformer'), tokens, image, places, width)

  const token = (from: number, count: number) =>
    graph.node('Slice', [queries, graph.ints([from]), graph.ints([from + count]), graph.ints([1])])
  const row = (from: number, count: number) => reshape(layers, token(from, count), [count, width])
  const maskTokens = row(2, MASKS)
  const map = upscaled(decoder, keys, s1, s0, width, side)
  const hyper = Array.from({ length: MASKS }, (_, mask) =>
    perceptron(decoder, row(2 + mask, 1), `output_hypernetworks_mlps.${mask}`, 3),
  )
  const masks = graph.node('MatMul', [graph.node('Concat', hyper, { axis: 0 }), reshape(layers, map, [width / 8, -1])])
  const iou = graph.node('Sigmoid', [perceptron(decoder, row(1, 1), 'iou_prediction_head', 3)])
  const score = perceptron(decoder, row(0, 1), 'pred_obj_score_head', 3)
  const pointers = perceptron(layers, maskTokens, 'obj_ptr_proj', 3)
  const low = 4 * side
  graph.output(reshape(layers, masks, [1, MASKS, low, low]), 'masks', 'float32', [1, MASKS, low, low])
  graph.output(iou, 'iou', 'float32', [1, MASKS])
  graph.output(reshape(layers, score, [1]), 'score', 'float32', [1])
  graph.output(reshape(layers, pointers, [1, MASKS, width]), 'pointers', 'float32', [1, MASKS, width])
  graph.output(reshape(layers, maskTokens, [1, MASKS, width]), 'maskTokens', 'float32', [1, MASKS, width])
  return graph.build()
}

/** Two layers of attention in both directions, and a last look of the tokens at the image. */
function twoWay(
  layers: Layers,
  tokens: Value,
  image: Value,
  places: Value,
  width: number,
): { queries: Value; keys: Value } {
  let queries = tokens
  let keys = image
  const self = { heads: HEADS, width, batch: 1 }
  const cross = { heads: HEADS, width: width / 2, batch: 1 }
  for (const layer of [0, 1]) {
    const block = within(layers, `layers.${layer}`)
    const placed = layer === 0 ? queries : add(layers, queries, tokens)
    const looked = projectedAttention(block, [placed, placed, queries], 'self_attn', self)
    queries = layerNorm(block, layer === 0 ? looked : add(layers, queries, looked), 'norm1')
    const atImage = [add(layers, queries, tokens), add(layers, keys, places), keys] as const
    queries = layerNorm(
      block,
      add(layers, queries, projectedAttention(block, atImage, 'cross_attn_token_to_image', cross)),
      'norm2',
    )
    const outer = { outer: [1, -1] }
    const wide = relu(layers, linear(block, queries, 'mlp.layers.0', outer))
    queries = layerNorm(block, add(layers, queries, linear(block, wide, 'mlp.layers.1', outer)), 'norm3')
    const atTokens = [add(layers, keys, places), add(layers, queries, tokens), queries] as const
    keys = layerNorm(
      block,
      add(layers, keys, projectedAttention(block, atTokens, 'cross_attn_image_to_token', cross)),
      'norm4',
    )
  }
  const last = [add(layers, queries, tokens), add(layers, keys, places), keys] as const
  const looked = projectedAttention(layers, last, 'final_attn_token_to_image', cross)
  return { queries: layerNorm(layers, add(layers, queries, looked), 'norm_final_attn'), keys }
}

/** The image's tokens at four times their sides, with the finer features added: `[1, C/8, 4 · side, 4 · side]`. */
function upscaled(layers: Layers, keys: Value, s1: Value, s0: Value, width: number, side: number): Value {
  const { graph } = layers
  const map = transpose(layers, reshape(layers, keys, [1, side, side, width]), [0, 3, 1, 2])
  const doubled = (x: Value, name: string) =>
    graph.node(
      'ConvTranspose',
      [x, weight(layers, `output_upscaling.${name}.weight`), weight(layers, `output_upscaling.${name}.bias`)],
      { kernel_shape: [2, 2], strides: [2, 2] },
    )
  const middle = normedGelu(layers, add(layers, doubled(map, '0'), s1), 'output_upscaling.1')
  return gelu(layers, add(layers, doubled(middle, '3'), s0))
}
