import type { Value } from '../../onnx/graph-builder.ts'
import { type Layers, within } from '../../layers/layers.ts'
import { clipBlockNames } from '../../layers/transformer-block.ts'
import { fixedPositions, type ImageTransformer, imageTransformer } from '../vision-transformer/graph.ts'
import type { ClipVisionConfig } from './config.ts'

/** CLIP's vision tower under Hugging Face's names. */
export function clipTransformer(config: ClipVisionConfig): ImageTransformer {
  const { hidden, layers, heads, patch, activation, epsilon, projectionLayout } = config
  return {
    names: clipBlockNames,
    width: hidden,
    blocks: layers,
    heads,
    patch,
    activation,
    epsilon,
    embedding: { name: 'vision_model.embeddings.patch_embedding', bias: false },
    normBefore: 'vision_model.pre_layrnorm',
    block: (index) => `vision_model.encoder.layers.${index}`,
    normAfter: 'vision_model.post_layernorm',
    projection: { name: 'visual_projection.weight', layout: projectionLayout },
  }
}

/**
 * CLIP's vision transformer (Radford et al., Learning Transferable Visual Models From Natural Language Supervision, ICML 2021;
 * transformers' `CLIPVisionModelWithProjection`, openai/CLIP's `VisionTransformer`), under Hugging Face's names.
 * @param pixels float32 `[N, 3, image, image]`, normalised
 * @returns float32 `[N, projection]`: the class token's embedding, of any length
 */
export function clipVision(layers: Layers, config: ClipVisionConfig, pixels: Value): Value {
  const embeddings = within(layers, 'vision_model.embeddings')
  const positions = fixedPositions(embeddings, 'class_embedding', 'position_embedding.weight', config.hidden)
  return imageTransformer(layers, clipTransformer(config), pixels, positions)
}
