import type { Value } from '../../onnx/graph-builder.ts'
import { gelu, quickGelu } from '../../layers/activations.ts'
import { attention } from '../../layers/attention.ts'
import { convolution } from '../../layers/convolution.ts'
import { add, type Layers, reshape, toArithmetic, toFloat32, transpose, weight, within } from '../../layers/layers.ts'
import { linear } from '../../layers/linear.ts'
import { layerNorm } from '../../layers/normalisation.ts'
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
  for (let layer = 0; layer < config.layers; layer++)
    tokens = transformed(within(vision, `encoder.layers.${layer}`), config, tokens)
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

function transformed(layers: Layers, { hidden, heads, activation, epsilon }: ClipVisionConfig, tokens: Value): Value {
  const rows = { outer: [-1] }
  const normed = layerNorm(layers, tokens, 'layer_norm1', epsilon)
  const [q, k, v] = ['q', 'k', 'v'].map((part) =>
    reshape(layers, linear(layers, normed, `self_attn.${part}_proj`, rows), [1, -1, hidden]),
  )
  const mixed = reshape(layers, attention(layers, [q, k, v], { heads, width: hidden }), [-1, hidden])
  const attended = add(layers, tokens, linear(layers, mixed, 'self_attn.out_proj', rows))
  const wide = linear(layers, layerNorm(layers, attended, 'layer_norm2', epsilon), 'mlp.fc1', rows)
  const active = activation === 'gelu' ? gelu(layers, wide) : quickGelu(layers, wide)
  return add(layers, attended, linear(layers, active, 'mlp.fc2', rows))
}

function projected(layers: Layers, { projectionLayout }: ClipVisionConfig, row: Value): Value {
  const matrix = weight(layers, 'visual_projection.weight')
  const transB = projectionLayout === 'out-in' ? 1 : 0
  return toFloat32(layers, layers.graph.node('Gemm', [row, matrix], { transB }, { name: 'visual_projection' }))
}
