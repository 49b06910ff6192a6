import { gelu } from '../../layers/activations.ts'
import { convolution } from '../../layers/convolution.ts'
import { add, type Layers, multiply, reshape, transpose, weight, within } from '../../layers/layers.ts'
import { layerNorm } from '../../layers/normalisation.ts'
import { linear } from '../../layers/linear.ts'
import { GraphBuilder, type GraphModel, type Value } from '../../onnx/graph-builder.ts'
import type { Sam2Config } from './config.ts'
import type { GraphOptions } from './graph-options.ts'
import { mapOf, normedGelu } from './operations.ts'

/** SAM 2's memory encoder: `s2`, `mask` `[1, 1, S, S]` in [0, 1], `absent` (float32 `[1]`, 0 or 1) to `memory` `[M, S/16, S/16]`, not rounded. */
export function memoryEncoderGraph(config: Sam2Config, options: GraphOptions): GraphModel {
  const graph = new GraphBuilder('sam2-memory-encoder')
  const layers: Layers = { graph, dtype: 'float32', ...options }
  const { width, memoryWidth, imageSize, version } = config
  const side = imageSize / 16
  const s2 = graph.input('s2', 'float32', [1, width, side, side])
  const mask = graph.input('mask', 'float32', [1, 1, imageSize, imageSize])
  const encoder = within(layers, 'memory_encoder')
  let small = add(layers, multiply(layers, mask, graph.scalar(20)), graph.scalar(-10))
  for (const [convolved, normed] of [
    ['0', '1'],
    ['3', '4'],
    ['6', '7'],
    ['9', '10'],
  ]) {
    const map = convolution(encoder, small, `mask_downsampler.encoder.${convolved}`, { stride: 2, pads: [1, 1, 1, 1] })
    small = normedGelu(encoder, map, `mask_downsampler.encoder.${normed}`)
  }
  let map = add(
    layers,
    convolution(encoder, s2, 'pix_feat_proj'),
    convolution(encoder, small, 'mask_downsampler.encoder.12'),
  )
  for (const layer of [0, 1]) map = fused(within(encoder, `fuser.layers.${layer}`), map, width, side)
  const memory = reshape(layers, convolution(encoder, map, 'out_proj'), [memoryWidth, side, side])
  if (version === '2.0') {
    graph.output(memory, 'memory', 'float32', [memoryWidth, side, side])
    return graph.build()
  }
  const absent = graph.input('absent', 'float32', [1])
  const marked = multiply(layers, weight(layers, 'no_obj_embed_spatial', [memoryWidth, 1, 1]), absent)
  graph.output(add(layers, memory, marked), 'memory', 'float32', [memoryWidth, side, side])
  return graph.build()
}

/** A ConvNeXt block. x: `[1, C, h, w]`; returns the same. */
function fused(layers: Layers, x: Value, width: number, side: number): Value {
  const { graph } = layers
  const spread = graph.node(
    'Conv',
    [x, weight(layers, 'dwconv.weight'), weight(layers, 'dwconv.bias')],
    { kernel_shape: [7, 7], strides: [1, 1], pads: [3, 3, 3, 3], group: width },
    { name: 'dwconv' },
  )
  const tokens = reshape(layers, transpose(layers, spread, [0, 2, 3, 1]), [-1, width])
  const wide = linear(layers, layerNorm(layers, tokens, 'norm', 1e-6), 'pwconv1', { outer: [-1] })
  const narrow = linear(layers, gelu(layers, wide), 'pwconv2', { outer: [-1] })
  const scaled = multiply(layers, narrow, weight(layers, 'gamma', [1, width]))
  return add(layers, x, mapOf(layers, scaled, side, side))
}
