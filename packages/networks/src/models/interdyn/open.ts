import { createHash } from 'node:crypto'

import { digestTensors } from '../../checkpoints/digest-tensors.ts'
import { expectTensors } from '../../checkpoints/expect-tensors.ts'
import { findTensor } from '../../checkpoints/find-tensor.ts'
import { requireModel } from '../../checkpoints/known-models.ts'
import type { ModelConfig } from '../../checkpoints/model-folder.ts'
import type { Checkpoint } from '../../checkpoints/tensors/tensor-reference.ts'
import type { Dtype } from '../../layers/layers.ts'
import { heldSteps } from '../../roles/held-latents.ts'
import { decodedBytes } from '../../roles/decoded-bytes.ts'
import type { LatentModel } from '../../roles/latent-model.ts'
import { Kept } from '../../session/kept.ts'
import type { HostTensor, SessionOptions } from '../../session/session.ts'
import { networkError } from '../../tracklets/network-error.ts'
import { diffusersAutoencoder } from '../autoencoder/autoencoder.ts'
import { openDecoder, openEncoder } from '../autoencoder/open.ts'
import { preprocessorNormalisation } from '../clip-vision/normalisation.ts'
import { openImageEmbedder } from '../clip-vision/open.ts'
import { huggingFaceTower } from '../clip-vision/tower.ts'
import type { ConfigFile } from '../svd/config.ts'
import { isIdle, type Shapes, svdUnetTensors } from '../svd/tensors.ts'
import { readInterdynConfig, sizeMultipleOf } from './config.ts'
import { requireSize } from './feeds.ts'
import type { InterdynNetworks } from './step.ts'
import { InterdynSteps } from './steps.ts'
import { controlnetTensors } from './tensors.ts'

/** A model's config.json and its tensors: what `openModelFolder` returns. */
export interface ModelPart {
  readonly config: unknown
  readonly checkpoint: Checkpoint
  /** Paths of its files, config.json first: what is wrong with it is said of that file. */
  readonly files?: readonly string[] | undefined
}

/** InterDyn's four networks: the UNet, autoencoder and image encoder of SVD img2vid, and the branch of its own. */
export interface InterdynParts {
  readonly unet: ModelPart
  readonly controlnet: ModelPart
  readonly vae: ModelPart
  readonly imageEncoder: ModelPart
  /** SVD's preprocessor_config.json, which says what the image encoder's pixels are normalised by. Default: CLIP's. */
  readonly featureExtractor?: Pick<ModelConfig, 'config' | 'file'> | undefined
}

export interface InterdynOptions extends SessionOptions {
  /** Default float32, whatever the files hold. The autoencoder's encoder is float32 in either. */
  readonly dtype?: Dtype | undefined
  /** The halves of guidance in one pass, or one after the other with half the memory for what lies between layers. Default together. */
  readonly guidance?: 'together' | 'apart' | undefined
  /** One network in memory at a time: each is opened when it is asked for and closed for the next. Default false. */
  readonly oneAtATime?: boolean | undefined
}

/** InterDyn's networks, and what lies inside a step. */
export interface InterdynModel extends LatentModel {
  /**
   * A step with what lies inside it: `latents_next`; `residual/<i>` [2S·T, C, …] of the ControlNet, i = 0 to 11 for the skips and 12 for the middle,
   * scaled, before they are counted several times; `v` [2S, T, 4, h, w]. The half without condition comes first.
   * For tests, which hold each residual against the original's: runs and their dumps have no call of it, nor has a process of networks.
   */
  inspect(feeds: Readonly<Record<string, HostTensor>>): Promise<Record<string, HostTensor>>
}

/**
 * InterDyn (Akkerman et al. 2025; rickakkerman/InterDyn) from SVD's files and its own. Weights are referred to where they lie; networks are opened
 * when they are first asked for.
 *
 * A step is fed `latents` [S, T, 4, h, w], `image_latents` [S, 4, h, w], `context` [S, C], `control` uint8 [T, 3, 8h, 8w], `guidance` [T], and
 * without axes `sigma`, `sigma_next`, `fps`, `motion_bucket`, `noise_aug` and, where it is not 1, `control_scale`.
 *
 * @throws KinemetricError `wrong-checkpoint` for another model in a part's place, by name (SVD-XT, Stable Diffusion); `invalid` configs;
 * `wrong-tensors` where tensors and config disagree. `encode` and `step` throw `shape-mismatch` for sizes that the levels do not divide.
 */
export async function openInterdyn(parts: InterdynParts, options: InterdynOptions = {}): Promise<InterdynModel> {
  const { dtype = 'float32', guidance = 'together', oneAtATime = false, ...session } = options
  const { networks, names } = readNetworks(parts)
  const autoencoder = diffusersAutoencoder(parts.vae.checkpoint, parts.vae.config, {
    decoder: 'temporal',
    where: file(parts.vae).where,
  })
  const tower = huggingFaceTower(
    parts.imageEncoder.checkpoint,
    parts.imageEncoder.config,
    file(parts.imageEncoder).where,
  )
  requireContext(networks, tower.config.projection, file(parts.imageEncoder).where)
  const { featureExtractor: preprocessor } = parts
  const normalisation = preprocessor && preprocessorNormalisation(preprocessor.config, preprocessor.file)
  const digest = await digestOf([
    [parts.unet, names.unet],
    [parts.controlnet, names.controlnet],
    [parts.vae, autoencoder.names],
    [parts.imageEncoder, tower.names],
  ])
  const kept = new Kept(oneAtATime)
  const { provider = 'cpu' } = session
  // On the CPU onnxruntime widens 16-bit weights when it opens, and lays kernels out anew: copies, where memory is short.
  // With 16-bit arithmetic it widens them in any case, since it has none of its own there.
  const lateWeights = provider === 'cpu' && oneAtATime
  const arithmetic = {
    dtype: lateWeights ? ('float32' as const) : dtype,
    fusedAttention: provider !== 'webgpu',
    spelledNorms: provider === 'webgpu',
    gatherSmallMaps: provider === 'cpu' && !lateWeights,
    skipDoubledMaps: provider !== 'webgpu' && !lateWeights,
    lateWeights,
  }
  const steps = new InterdynSteps(networks, kept, { ...arithmetic, guidance, session })
  let open = true
  const whileOpen = async <T>(run: () => Promise<T>): Promise<T> => {
    if (!open) throw networkError('closed', 'interdyn', 'the networks are closed')
    return run()
  }
  const step: LatentModel['step'] = (feeds) => whileOpen(() => steps.step(feeds))
  const decode: LatentModel['decode'] = (latents) =>
    whileOpen(async () => {
      const decoder = await kept.get('decode', '', () => openDecoder(autoencoder, { ...session, dtype }))
      return decoder.run(latents)
    })
  return {
    network: 'interdyn',
    digest,
    scalingFactor: autoencoder.config.scalingFactor,
    sizeMultiple: sizeMultipleOf(networks.config),
    encode: (pictures) =>
      whileOpen(async () => {
        requireSize(networks.config, pictures.shape[2], pictures.shape[3])
        const encoder = await kept.get('encode', '', () => openEncoder(autoencoder, session))
        return encoder.run(pictures)
      }),
    embed: (picture) =>
      whileOpen(async () => {
        const how = { ...session, dtype, normalisation, resize: 'diffusers-antialias' } as const
        const embedder = await kept.get('embed', '', () => openImageEmbedder(tower, how))
        return embedder.run(picture)
      }),
    step,
    ...heldSteps(step),
    inspect: (feeds) => whileOpen(() => steps.inspect(feeds)),
    decode,
    decodeBytes: async (latents) => decodedBytes(await decode(latents)),
    async close() {
      open = false
      await kept.close()
    },
  }
}

/** Both diffusion networks, after their configs and tensors were held against each other, and the names of the tensors that are read. */
export function readNetworks({ unet, controlnet }: Pick<InterdynParts, 'unet' | 'controlnet'>): {
  networks: InterdynNetworks
  names: Record<'unet' | 'controlnet', string[]>
} {
  requireModel('svd-unet', unet.checkpoint, unet.config)
  requireModel('interdyn-controlnet', controlnet.checkpoint, controlnet.config)
  const config = readInterdynConfig(file(unet), file(controlnet))
  const expected = { unet: svdUnetTensors(config.unet), controlnet: controlnetTensors(config.controlnet) }
  return {
    networks: { config, unet: held(unet, expected.unet), controlnet: held(controlnet, expected.controlnet) },
    names: { unet: Object.keys(expected.unet), controlnet: Object.keys(expected.controlnet) },
  }
}

function file({ config, checkpoint, files }: ModelPart): ConfigFile {
  return { config, where: files?.[0] ?? checkpoint.path }
}

/** A part's tensors, after they were held against what is read. */
function held({ checkpoint }: ModelPart, shapes: Shapes): InterdynNetworks['unet'] {
  expectTensors(checkpoint, shapes, { extra: isIdle })
  return (name) => findTensor(checkpoint, name)
}

function requireContext({ config }: InterdynNetworks, projection: number, where: string): void {
  const [{ context }] = config.unet.levels
  if (projection === context) return
  throw networkError('wrong-checkpoint', where, {
    expected: `an image encoder that projects to the UNet's context of ${context} numbers`,
    found: `a projection to ${projection}`,
  })
}

/** Of the digests of what is read of each part, in this order. */
async function digestOf(parts: readonly (readonly [ModelPart, readonly string[]])[]): Promise<string> {
  const hash = createHash('sha256')
  for (const [{ checkpoint }, names] of parts) hash.update(await digestTensors(checkpoint, names))
  return hash.digest('hex')
}
