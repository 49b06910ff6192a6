// What the official files' configurations say, for a plan before they are here: diffusers' classes, CosHand's repository (configs/) and openai/CLIP.

const unet = {
  in_channels: 8,
  out_channels: 4,
  block_out_channels: [320, 640, 1280, 1280],
  layers_per_block: 2,
  num_attention_heads: [5, 10, 20, 20],
  cross_attention_dim: 1024,
  addition_time_embed_dim: 256,
  projection_class_embeddings_input_dim: 768,
  num_frames: 14,
}

/** Of Stable Video Diffusion img2vid and InterDyn's branch, by their folders. */
export const publishedInterdyn = {
  unet: { _class_name: 'UNetSpatioTemporalConditionModel', ...unet },
  controlnet: {
    _class_name: 'ControlNetSDVModel',
    ...unet,
    conditioning_embedding_out_channels: [16, 32, 96, 256],
  },
  vae: {
    _class_name: 'AutoencoderKLTemporalDecoder',
    block_out_channels: [128, 256, 512, 512],
    layers_per_block: 2,
    latent_channels: 4,
    scaling_factor: 0.18215,
  },
  image_encoder: {
    hidden_size: 1280,
    num_hidden_layers: 32,
    num_attention_heads: 16,
    intermediate_size: 5120,
    patch_size: 14,
    image_size: 224,
    hidden_act: 'gelu',
    layer_norm_eps: 1e-5,
    projection_dim: 1024,
  },
}

/** Of CosHand: arguments of its UNet and autoencoder, and its image tower. */
export const publishedCoshand = {
  unet: {
    in_channels: 16,
    out_channels: 4,
    model_channels: 320,
    attention_resolutions: [4, 2, 1],
    num_res_blocks: 2,
    channel_mult: [1, 2, 4, 4],
    num_heads: 8,
    use_spatial_transformer: true,
    transformer_depth: 1,
    context_dim: 768,
  },
  autoencoder: {
    double_z: true,
    z_channels: 4,
    in_channels: 3,
    out_ch: 3,
    ch: 128,
    ch_mult: [1, 2, 4, 4],
    num_res_blocks: 2,
    attn_resolutions: [],
  },
  tower: {
    hidden: 1024,
    layers: 24,
    heads: 16,
    mlp: 4096,
    patch: 14,
    image: 224,
    activation: 'quick_gelu',
    epsilon: 1e-5,
    projection: 768,
    projectionLayout: 'in-out',
  },
} as const
