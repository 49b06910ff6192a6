import type { Checkpoint } from '../../checkpoints/tensors/tensor-reference.ts'

/** How a file names an autoencoder's tensors: as diffusers does now, as it did for attention before version 0.15, or as CompVis/latent-diffusion does. */
export type AutoencoderNaming = 'diffusers' | 'diffusers-deprecated' | 'ldm'

type Rules = readonly (readonly [RegExp, string | ((...groups: string[]) => string)])[]

/** How a checkpoint's autoencoder is named, by its first tensors. */
export function autoencoderNaming({ tensors }: Checkpoint, prefix: string): AutoencoderNaming {
  if (tensors.has(`${prefix}encoder.mid.attn_1.q.weight`)) return 'ldm'
  if (tensors.has(`${prefix}encoder.mid_block.attentions.0.query.weight`)) return 'diffusers-deprecated'
  return 'diffusers'
}

/** What a file calls a tensor that diffusers now calls `name`. @param levels of the autoencoder: latent-diffusion counts the decoder's from the finest */
export function autoencoderName(name: string, naming: AutoencoderNaming, levels: number): string {
  if (naming === 'diffusers') return name
  const rules = naming === 'ldm' ? ldmRules(levels) : deprecatedRules
  return rules.reduce(
    // A literal replacement and one that is computed are two overloads.
    (text, [pattern, by]) => (typeof by === 'string' ? text.replace(pattern, by) : text.replace(pattern, by)),
    name,
  )
}

/** Axes that latent-diffusion gives the matrices of its attention: they are 1×1 convolutions there. */
export function autoencoderShape(name: string, shape: readonly number[], naming: AutoencoderNaming): readonly number[] {
  return naming === 'ldm' && /\.attentions\.0\.to_/.test(name) && shape.length === 2 ? [...shape, 1, 1] : shape
}

const deprecatedRules: Rules = [
  [/\.to_q\./, '.query.'],
  [/\.to_k\./, '.key.'],
  [/\.to_v\./, '.value.'],
  [/\.to_out\.0\./, '.proj_attn.'],
]

function ldmRules(levels: number): Rules {
  return [
    [/\.down_blocks\.(\d+)\.resnets\./, '.down.$1.block.'],
    [/\.down_blocks\.(\d+)\.downsamplers\.0\./, '.down.$1.downsample.'],
    [/\.up_blocks\.(\d+)\.resnets\./, (_, level) => `.up.${levels - 1 - Number(level)}.block.`],
    [/\.up_blocks\.(\d+)\.upsamplers\.0\./, (_, level) => `.up.${levels - 1 - Number(level)}.upsample.`],
    [/\.mid_block\.resnets\.0\./, '.mid.block_1.'],
    [/\.mid_block\.resnets\.1\./, '.mid.block_2.'],
    [/\.mid_block\.attentions\.0\./, '.mid.attn_1.'],
    [/\.attn_1\.group_norm\./, '.attn_1.norm.'],
    [/\.attn_1\.to_([qkv])\./, '.attn_1.$1.'],
    [/\.attn_1\.to_out\.0\./, '.attn_1.proj_out.'],
    [/\.conv_shortcut\./, '.nin_shortcut.'],
    [/\.conv_norm_out\./, '.norm_out.'],
  ]
}
