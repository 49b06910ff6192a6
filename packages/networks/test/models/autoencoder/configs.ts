/** Stable Video Diffusion's, as its `config.json` has it but for widths. */
export function temporalJson(widths: readonly number[]): Record<string, unknown> {
  return {
    _class_name: 'AutoencoderKLTemporalDecoder',
    _diffusers_version: '0.24.0.dev0',
    block_out_channels: widths,
    down_block_types: widths.map(() => 'DownEncoderBlock2D'),
    force_upcast: true,
    in_channels: 3,
    latent_channels: 4,
    layers_per_block: 2,
    out_channels: 3,
    sample_size: 768,
    scaling_factor: 0.18215,
  }
}

/** Stable Diffusion's, as its `config.json` has it but for widths. */
export function framesJson(widths: readonly number[]): Record<string, unknown> {
  return {
    _class_name: 'AutoencoderKL',
    act_fn: 'silu',
    block_out_channels: widths,
    down_block_types: widths.map(() => 'DownEncoderBlock2D'),
    in_channels: 3,
    latent_channels: 4,
    layers_per_block: 2,
    norm_num_groups: 32,
    out_channels: 3,
    sample_size: 512,
    up_block_types: widths.map(() => 'UpDecoderBlock2D'),
  }
}

/** The first stage of a configuration of CompVis/latent-diffusion. */
export function ldmDdconfig(ch: number, multiples: readonly number[]): Record<string, unknown> {
  return {
    double_z: true,
    z_channels: 4,
    resolution: 256,
    in_channels: 3,
    out_ch: 3,
    ch,
    ch_mult: multiples,
    num_res_blocks: 2,
    attn_resolutions: [],
    dropout: 0,
  }
}
