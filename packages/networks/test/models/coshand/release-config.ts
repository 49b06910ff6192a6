/** The values that CosHand's repository trains with (configs/sd-somethingsomething-finetune.yaml at 53cbaa5), as far as its networks follow from them. */
export const releaseUnet = {
  image_size: 32,
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
  use_checkpoint: true,
  legacy: false,
} as const

export const releaseVae = {
  double_z: true,
  z_channels: 4,
  resolution: 256,
  in_channels: 3,
  out_ch: 3,
  ch: 128,
  ch_mult: [1, 2, 4, 4],
  num_res_blocks: 2,
  attn_resolutions: [],
  dropout: 0,
} as const
