import type { Value } from '../../onnx/graph-builder.ts'
import { convolution } from '../../layers/convolution.ts'
import { add, type Layers, reshape, toArithmetic, toFloat32, transpose, weight, within } from '../../layers/layers.ts'
import { layerNorm } from '../../layers/normalisation.ts'
import { clipBlockNames, transformerBlock } from '../../layers/transformer-block.ts'
import type { ClipVisionConfig } from './config.ts'

/**
 * CLIP's vision transformer (Radford et al., Learning Transferable Visual Models From Natural Language Supervision, ICML 2021;
 * transformers' `CLIPVisionModelWithProjection`, openai/CLIP's `VisionTransformer`), under Hugging Face's names.
 * @param pixels float32 `[1, 3, image, image]`, normalised
 * @returns float32 `[1, projection]`: the class token's embedding, of any length
 */
export function clipVision(layers: Layers, config: ClipVisionConfig, pixels: Value): Value {
  const vision = within(layers, 'vision_model')
  let tokens = embedded(within(vision, 'embeddings'), config, pixels) // [1 + patches, hidden]
  tokens = layerNorm(vision, tokens, 'pre_layrnorm', config.epsilon)
  const { hidden: width, heads, activation, epsilon } = config
  const block = { names: clipBlockNames, width, heads, activation, epsilon }
  const shape = layers.graph.ints([1, -1, width])
  for (let layer = 0; layer < config.layers; layer++)
    tokens = transformerBlock(within(vision, `encoder.layers.${layer}`), tokens, block, shape)
  const first = layers.graph.node('Gather', [tokens, layers.graph.ints([0])], { axis: 0 }) // [1, hidden]
  return projected(layers, config, layerNorm(vision, first, 'post_layernorm', config.epsilon))
}

/** Patches behind the class token, each with its position. */
function embedded(layers: Layers, { hidden, patch }: ClipVisionConfig, pixels: Value): Value {
  const { graph } = layers
  const how = { stride: patch, pads: [0, 0, 0, 0], bias: false }
  const planes = convolution(layers, toArithmetic(layers, pixels), 'patch_embedding', how) // [1, hidden, rows, columns]
  const patches = transpose(layers, reshape(layers, planes, [hidden, -1]), [1, 0])
  const all = graph.node('Concat', [weight(layers, 'class_embedding', [1, hidden]), patches], { axis: 0 })
  return add(layers, all, weight(layers, 'position_embedding.weight'))
}

function projected(layers: Layers, { projectionLayout }: ClipVisionConfig, row: Value): Value {
  const matrix = weight(layers, 'visual_projection.weight')
  const transB = projectionLayout === 'out-in' ? 1 : 0
  return toFloat32(layers, layers.graph.node('Gemm', [row, matrix], { transB }, { name: 'visual_projection' }))
}
