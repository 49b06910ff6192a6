import type { ClipVisionConfig } from './config.ts'

type Shapes = Record<string, readonly number[]>

/** The tensors of a tower under Hugging Face's names, with their shapes. */
export function huggingFaceTensors({ hidden, layers, mlp, patch, image, projection }: ClipVisionConfig): Shapes {
  const shapes: Shapes = {
    'vision_model.embeddings.class_embedding': [hidden],
    'vision_model.embeddings.patch_embedding.weight': [hidden, 3, patch, patch],
    'vision_model.embeddings.position_embedding.weight': [1 + (image / patch) ** 2, hidden],
    ...affine('vision_model.pre_layrnorm', [hidden]),
    ...affine('vision_model.post_layernorm', [hidden]),
    'visual_projection.weight': [projection, hidden],
  }
  for (let layer = 0; layer < layers; layer++) {
    const name = `vision_model.encoder.layers.${layer}`
    for (const part of ['q_proj', 'k_proj', 'v_proj', 'out_proj'])
      Object.assign(shapes, affine(`${name}.self_attn.${part}`, [hidden, hidden]))
    Object.assign(shapes, affine(`${name}.layer_norm1`, [hidden]), affine(`${name}.layer_norm2`, [hidden]))
    Object.assign(shapes, affine(`${name}.mlp.fc1`, [mlp, hidden]), affine(`${name}.mlp.fc2`, [hidden, mlp]))
  }
  return shapes
}

/** The tensors of a tower under OpenAI's names (`clip/model.py` of openai/CLIP), with their shapes. */
export function openaiTensors({ hidden, layers, mlp, patch, image, projection }: ClipVisionConfig): Shapes {
  const shapes: Shapes = {
    class_embedding: [hidden],
    positional_embedding: [1 + (image / patch) ** 2, hidden],
    proj: [hidden, projection],
    'conv1.weight': [hidden, 3, patch, patch],
    ...affine('ln_pre', [hidden]),
    ...affine('ln_post', [hidden]),
  }
  for (let layer = 0; layer < layers; layer++) {
    const name = `transformer.resblocks.${layer}`
    shapes[`${name}.attn.in_proj_weight`] = [3 * hidden, hidden]
    shapes[`${name}.attn.in_proj_bias`] = [3 * hidden]
    Object.assign(shapes, affine(`${name}.attn.out_proj`, [hidden, hidden]))
    Object.assign(shapes, affine(`${name}.ln_1`, [hidden]), affine(`${name}.ln_2`, [hidden]))
    Object.assign(shapes, affine(`${name}.mlp.c_fc`, [mlp, hidden]), affine(`${name}.mlp.c_proj`, [hidden, mlp]))
  }
  return shapes
}

function affine(name: string, weight: readonly number[]): Shapes {
  return { [`${name}.weight`]: weight, [`${name}.bias`]: [weight[0]] }
}
