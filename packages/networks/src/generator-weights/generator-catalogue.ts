import { networkError } from '../tracklets/network-error.ts'
import type { GeneratorEntry } from './generator-entry.ts'

/**
 * Weights of the generators that run natively. Nobody has published their files' hashes where they could be read without an account, so none is here: what
 * the hub says of a large file's sha256 is checked when it is fetched, and what came is written down beside it.
 */
export const generatorCatalogue: readonly GeneratorEntry[] = [
  {
    id: 'svd-img2vid',
    word: 'svd',
    title: 'Stable Video Diffusion img2vid, 14 frames',
    from: 'hub:stabilityai/stable-video-diffusion-img2vid',
    gated: true,
    files: [
      { path: 'unet/config.json' },
      { path: 'unet/diffusion_pytorch_model.fp16.safetensors' },
      { path: 'vae/config.json' },
      { path: 'vae/diffusion_pytorch_model.fp16.safetensors' },
      { path: 'image_encoder/config.json' },
      { path: 'image_encoder/model.fp16.safetensors' },
      { path: 'scheduler/scheduler_config.json' },
      { path: 'feature_extractor/preprocessor_config.json', optional: true },
    ],
    size: 'about 4.5 GB',
    licence: 'Stability AI Community License: not for every commercial use',
    licenceUrl: 'https://huggingface.co/stabilityai/stable-video-diffusion-img2vid',
    citation:
      'Blattmann et al., Stable Video Diffusion: Scaling Latent Video Diffusion Models to Large Datasets, arXiv:2311.15127, 2023',
  },
  {
    id: 'interdyn-256x384',
    word: 'interdyn',
    title: "InterDyn's ControlNet, 256×384, Something-Something",
    from: 'hub:rickakkerman/InterDyn',
    gated: false,
    files: [
      { path: 'controlnet/config.json' },
      {
        path: 'controlnet/diffusion_pytorch_model.safetensors',
        others: ['controlnet/diffusion_pytorch_model.fp16.safetensors'],
      },
    ],
    size: '1.4 or 2.7 GB',
    licence: 'Max Planck Institute: non-commercial research; and that of Stable Video Diffusion',
    licenceUrl: 'https://github.com/rickakkerman/InterDyn/blob/main/LICENSE.txt',
    citation: 'Akkerman et al., InterDyn: Controllable Interactive Dynamics with Video Diffusion Models, CVPR 2025',
  },
  {
    id: 'coshand',
    word: 'coshand',
    title: 'CosHand',
    from: 'https://cv.cs.columbia.edu/sruthi/coshand/assets/',
    gated: false,
    files: [{ path: 'coshandrelease_config.yaml' }, { path: 'coshandrelease.ckpt' }],
    opens: 'coshandrelease.ckpt',
    size: '8 to 15 GB',
    licence: 'not stated by its authors',
    licenceUrl: 'https://github.com/SruthiSudhakar/CosHand',
    citation: 'Sudhakar et al., Controlling the World by Sleight of Hand, ECCV 2024',
  },
]

/** A generator's weights by their id. @throws KinemetricError `unknown-id` */
export function generatorEntry(id: string): GeneratorEntry {
  const entry = generatorCatalogue.find((candidate) => candidate.id === id)
  if (entry !== undefined) return entry
  const ids = generatorCatalogue.map((candidate) => candidate.id)
  throw networkError('unknown-id', id, { expected: `weights of ${ids.join(', ')}`, found: 'none of that name' })
}
