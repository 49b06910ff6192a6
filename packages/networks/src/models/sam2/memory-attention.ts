import { attention } from '../../layers/attention.ts'
import { add, type Layers, multiply, reshape, transpose, weight, within } from '../../layers/layers.ts'
import { layerNorm } from '../../layers/normalisation.ts'
import { linear } from '../../layers/linear.ts'
import { GraphBuilder, type GraphModel, type Value } from '../../onnx/graph-builder.ts'
import type { Sam2Config } from './config.ts'
import { rotations, sineEncoding } from './encodings.ts'
import type { GraphOptions } from './graph-options.ts'
import { mapOf, relu, tokensOf } from './operations.ts'

const LAYERS = 4
const rows = { outer: [-1] }

/**
 * SAM 2's memory attention: `s2`, `maps` `[n, M, h, w]`, `times` (int64 `[n]`), and with pointers `pointers` `[p, C]` and (2.1) `distances`, their encoded
 * times `[p, C]`, to `embed`.
 * @param hasPointers graphs without are other ones: empty tensors are no input for every device
 */
export function memoryAttentionGraph(config: Sam2Config, options: GraphOptions, hasPointers: boolean): GraphModel {
  const graph = new GraphBuilder(hasPointers ? 'sam2-memory-attention' : 'sam2-map-attention')
  const layers: Layers = { graph, dtype: 'float32', ...options }
  const { width, memoryWidth, imageSize, version } = config
  const side = imageSize / 16
  const area = side * side
  const s2 = graph.input('s2', 'float32', [1, width, side, side])
  const maps = graph.input('maps', 'float32', ['n', memoryWidth, side, side])
  const times = graph.input('times', 'int64', ['n'])
  const scaled = sineEncoding(side, width).map((x) => 0.1 * x)
  let x = add(layers, tokensOf(layers, s2, width), graph.constant(scaled, [area, width], 'places'))

  const mapTokens = reshape(layers, transpose(layers, maps, [0, 2, 3, 1]), [-1, area, memoryWidth])
  const slots = graph.node('Gather', [weight(layers, 'maskmem_tpos_enc', [7, 1, memoryWidth]), times], { axis: 0 })
  const sine = graph.constant(sineEncoding(side, memoryWidth), [1, area, memoryWidth], 'map-places')
  const placedMaps = add(layers, mapTokens, add(layers, sine, slots))
  const flat = (value: Value) => reshape(layers, value, [-1, memoryWidth])
  const pointers = hasPointers ? pointerTokens(layers, config, version) : undefined

  const turn = rotation(layers, side, width)
  for (let layer = 0; layer < LAYERS; layer++) {
    const block = within(layers, `memory_attention.layers.${layer}`)
    const own = within(block, 'self_attn')
    const normed = layerNorm(block, x, 'norm1')
    const looked = single(
      own,
      [
        turn(linear(own, normed, 'q_proj', rows)),
        turn(linear(own, normed, 'k_proj', rows)),
        linear(own, normed, 'v_proj', rows),
      ],
      width,
    )
    x = add(layers, x, looked)
    const cross = within(block, 'cross_attn_image')
    const joined = (ofMaps: Value, ofPointers: Value | undefined) =>
      ofPointers === undefined ? ofMaps : graph.node('Concat', [ofMaps, ofPointers], { axis: 0 })
    // Pointers have no place on the map: their keys are not turned.
    const keys = joined(
      turn(linear(cross, flat(placedMaps), 'k_proj', rows)),
      pointers === undefined ? undefined : linear(cross, pointers.placed, 'k_proj', rows),
    )
    const values = joined(
      linear(cross, flat(mapTokens), 'v_proj', rows),
      pointers === undefined ? undefined : linear(cross, pointers.tokens, 'v_proj', rows),
    )
    const queries = turn(linear(cross, layerNorm(block, x, 'norm2'), 'q_proj', rows))
    x = add(layers, x, single(cross, [queries, keys, values], width))
    const wide = relu(layers, linear(block, layerNorm(block, x, 'norm3'), 'linear1', rows))
    x = add(layers, x, linear(block, wide, 'linear2', rows))
  }
  const out = mapOf(layers, layerNorm(layers, x, 'memory_attention.norm'), side, side)
  graph.output(out, 'embed', 'float32', [1, width, side, side])
  return graph.build()
}

/** Every pointer as C/M tokens of the memory's width, and with its time added. */
function pointerTokens(
  layers: Layers,
  { width, memoryWidth }: Sam2Config,
  version: Sam2Config['version'],
): { tokens: Value; placed: Value } {
  const { graph } = layers
  const pointers = graph.input('pointers', 'float32', ['p', width])
  const parts = reshape(layers, pointers, [-1, width / memoryWidth, memoryWidth])
  const tokens = reshape(layers, parts, [-1, memoryWidth])
  if (version === '2.0') return { tokens, placed: tokens }
  const distances = graph.input('distances', 'float32', ['p', width])
  const encoded = reshape(layers, linear(layers, distances, 'obj_ptr_tpos_proj', rows), [-1, 1, memoryWidth])
  return { tokens, placed: reshape(layers, add(layers, parts, encoded), [-1, memoryWidth]) }
}

/** Attention of one head, with its last projection. q, k, v: `[tokens, width]` */
function single(layers: Layers, parts: readonly Value[], width: number): Value {
  const grouped = parts.map((part) => reshape(layers, part, [1, -1, width]))
  const mixed = attention(layers, grouped, { heads: 1, width })
  return linear(layers, reshape(layers, mixed, [-1, width]), 'out_proj', rows)
}

/** Turns neighbouring pairs of numbers by their token's place, map after map: `[n · area, width]` to the same. */
function rotation(layers: Layers, side: number, width: number): (x: Value) => Value {
  const { graph } = layers
  const { cosines, sines } = rotations(side, width)
  const area = side * side
  const cosine = graph.constant(cosines, [1, area, width], 'cosines')
  const sine = graph.constant(sines, [1, area, width], 'sines')
  return (x) => {
    const [first, second] = graph.nodes('Split', [reshape(layers, x, [-1, width / 2, 2])], 2, {
      axis: -1,
      num_outputs: 2,
    })
    const crossed = graph.node('Concat', [graph.node('Neg', [second]), first], { axis: -1 })
    const maps = (value: Value) => reshape(layers, value, [-1, area, width])
    const turned = add(layers, multiply(layers, maps(x), cosine), multiply(layers, maps(crossed), sine))
    return reshape(layers, turned, [-1, width])
  }
}
