import { stringify } from 'yaml'

import { releaseUnet, releaseVae } from './release-config.ts'

export interface YamlArguments {
  readonly unet?: Readonly<Record<string, unknown>>
  readonly vae?: Readonly<Record<string, unknown>>
  /** Laid over the model's own arguments; undefined takes one away. */
  readonly params?: Readonly<Record<string, unknown>>
}

/** A config as CosHand's repository has them: by default with the values of the released one, a training run's other settings shortened. */
export function coshandYaml({ unet = releaseUnet, vae = releaseVae, params = {} }: YamlArguments = {}): string {
  const model = {
    linear_start: 0.00085,
    linear_end: 0.012,
    timesteps: 1000,
    first_stage_key: 'image_target',
    channels: 4,
    conditioning_key: 'hybrid',
    scale_factor: 0.18215,
    just_captions: false,
    lora_rank: -10,
    unet_config: { target: 'ldm.modules.diffusionmodules.openaimodel.UNetModel', params: unet },
    first_stage_config: {
      target: 'ldm.models.autoencoder.AutoencoderKL',
      params: { embed_dim: 4, ddconfig: vae, lossconfig: { target: 'torch.nn.Identity' } },
    },
    cond_stage_config: { target: 'ldm.modules.encoders.modules.FrozenCLIPImageEmbedder' },
    ...params,
  }
  return stringify({
    model: { base_learning_rate: 1e-4, target: 'ldm.models.diffusion.ddpm.LatentDiffusion', params: model },
    data: { params: { root_dir: '${oc.env:DATA}', max_number_of_conditioning_frames: 1 } },
    lightning: { trainer: { benchmark: true } },
  })
}
