/** Stable Video Diffusion's `image_encoder/config.json`. */
export const vitH: Record<string, unknown> = {
  architectures: ['CLIPVisionModelWithProjection'],
  attention_dropout: 0,
  hidden_act: 'gelu',
  hidden_size: 1280,
  image_size: 224,
  intermediate_size: 5120,
  layer_norm_eps: 1e-5,
  model_type: 'clip_vision_model',
  num_attention_heads: 16,
  num_channels: 3,
  num_hidden_layers: 32,
  patch_size: 14,
  projection_dim: 1024,
}

/** The goldens' tower. */
export const tiny: Record<string, unknown> = {
  ...vitH,
  hidden_size: 32,
  image_size: 28,
  intermediate_size: 64,
  num_attention_heads: 4,
  num_hidden_layers: 2,
  projection_dim: 24,
}
