import { isError } from '@kinemetric/files'
import { digestTensors } from '../../checkpoints/digest-tensors.ts'
import { expectTensors } from '../../checkpoints/expect-tensors.ts'
import { findTensor } from '../../checkpoints/find-tensor.ts'
import { requireModel } from '../../checkpoints/known-models.ts'
import { openCheckpoint } from '../../checkpoints/open-checkpoint.ts'
import { whatLiesAt } from '../../checkpoints/place-contents.ts'
import { readTensor } from '../../checkpoints/read-tensor.ts'
import type { Checkpoint } from '../../checkpoints/tensors/tensor-reference.ts'
import type { Dtype } from '../../layers/layers.ts'
import { linear } from '../../layers/linear.ts'
import { heldSteps } from '../../roles/held-latents.ts'
import { decodedBytes } from '../../roles/decoded-bytes.ts'
import type { LatentModel } from '../../roles/latent-model.ts'
import { Kept } from '../../session/kept.ts'
import type { HostTensor, SessionOptions } from '../../session/session.ts'
import { networkError } from '../../tracklets/network-error.ts'
import { ldmAutoencoder } from '../autoencoder/autoencoder.ts'
import { openDecoder, openEncoder } from '../autoencoder/open.ts'
import { type ImageEmbedder, openImageEmbedder } from '../clip-vision/open.ts'
import { type ClipTower, openaiTower } from '../clip-vision/tower.ts'
import { latentMultiple } from '../ldm/config.ts'
import { type LdmWeights, ldmUnetTensors } from '../ldm/weights.ts'
import { type CoshandConfig, findCoshandConfig, readCoshandConfig } from './config.ts'
import { CoshandDenoiser } from './denoiser.ts'

/** CosHand's checkpoint and the config that it was trained with. */
export interface CoshandParts {
  readonly checkpoint: Checkpoint
  readonly config: CoshandConfig
}

export interface CoshandOptions extends SessionOptions {
  /** Default the moving averages, as the original's scripts take; the last step's make another model. */
  readonly weights?: LdmWeights | undefined
  /** Number type of the UNet's and the decoder's arithmetic. Default float32, as the original's scripts have it. */
  readonly dtype?: Dtype | undefined
  /** The halves of guidance in one pass, or one after the other with half the memory for what lies between layers. Default together. */
  readonly guidance?: 'together' | 'apart' | undefined
  /** One network in memory at a time: each is opened when it is asked for and closed for the next. Default false. */
  readonly oneAtATime?: boolean | undefined
}

/** What a sampler must know of CosHand's networks. */
export interface CoshandFacts extends Pick<CoshandConfig, 'conditioningFrames' | 'noiseLevels'> {
  /** What steps are fed as `context` where no picture is attended to, [1, C]: the projection of zeros, as in training. */
  readonly nullContext: HostTensor
}

export interface CoshandModel extends LatentModel, CoshandFacts {}

/** CosHand's files: the checkpoint, and its yaml, by default the one beside it. */
export interface CoshandFiles {
  readonly coshand: string
  readonly config?: string | undefined
}

const projection = 'cc_projection'

/**
 * Reads which tensors CosHand's files hold, and its config. What a training run keeps besides is carried along unread; nothing is executed.
 * @throws KinemetricError as `openCheckpoint`; `wrong-checkpoint` for another model, by name; as `readCoshandConfig`
 */
export async function readCoshandParts({ coshand, config }: CoshandFiles): Promise<CoshandParts> {
  const checkpoint = await openCheckpoint(coshand, { unknownGlobals: 'ignore' }).catch(async (error: unknown) => {
    if (!isError(error, 'input', 'not-a-file')) throw error
    const found = (await whatLiesAt(coshand)) ?? 'a folder'
    throw networkError('wrong-checkpoint', coshand, { expected: "CosHand's checkpoint, one file", found })
  })
  // Before the config is looked for: another model has none, or one of its own.
  requireModel('coshand', checkpoint)
  return {
    checkpoint,
    config: config === undefined ? await findCoshandConfig(coshand) : await readCoshandConfig(config),
  }
}

/** What a sampler must know, without opening a network. @throws KinemetricError `wrong-tensors` where there is no projection */
export async function sayCoshand({ checkpoint, config }: CoshandParts): Promise<CoshandFacts> {
  const { conditioningFrames, noiseLevels } = config
  const data = await readTensor(findTensor(checkpoint, `${projection}.bias`))
  return { conditioningFrames, noiseLevels, nullContext: { type: 'float32', data, shape: [1, data.length] } }
}

/**
 * CosHand (Sudhakar et al., ECCV 2024; SruthiSudhakar/CosHand) from its own checkpoint. Weights are referred to where they lie; networks are opened
 * when they are first asked for. `embed` goes through the projection that stands after the image tower: its row is what steps are fed as `context`. Steps: see `CoshandDenoiser`.
 *
 * @throws KinemetricError `wrong-checkpoint` for another model in its place, by name (Stable Diffusion, zero123, InterDyn's files); `wrong-tensors` where tensors and
 * config disagree, or there are no moving averages. `encode` and `step` throw `shape-mismatch` for sizes that the levels do not divide.
 */
export async function openCoshand(
  { checkpoint, config }: CoshandParts,
  options: CoshandOptions = {},
): Promise<CoshandModel> {
  const { weights = 'ema', dtype = 'float32', guidance = 'together', oneAtATime = false, ...session } = options
  requireModel('coshand', checkpoint)
  const unet = ldmUnetTensors(checkpoint, config.unet, weights)
  const autoencoder = ldmAutoencoder(checkpoint, {
    ddconfig: config.autoencoder,
    scalingFactor: config.scalingFactor,
    where: config.where,
  })
  const prefix = 'cond_stage_model.model.visual.'
  const tower = openaiTower(checkpoint, { prefix, heads: config.towerHeads })
  const projected = projectionTensors(config, tower)
  expectTensors(checkpoint, projected, { extra: 'ignore' })
  const names = [...unet.names, ...autoencoder.names, ...tower.names, ...Object.keys(projected)]
  const digest = await digestTensors(checkpoint, names)
  const sizeMultiple = 2 ** (autoencoder.config.widths.length - 1) * latentMultiple(config.unet)

  const kept = new Kept(oneAtATime)
  const denoiser = new CoshandDenoiser(unet, config.unet, kept, { dtype, guidance, session })
  let open = true
  const whileOpen = async <T>(run: () => Promise<T>): Promise<T> => {
    if (!open) throw networkError('closed', 'coshand', 'the networks are closed')
    return run()
  }
  const step: LatentModel['step'] = (feeds) => whileOpen(() => denoiser.step(feeds))
  const decode: LatentModel['decode'] = (latents) =>
    whileOpen(async () => {
      const decoder = await kept.get('decode', '', () => openDecoder(autoencoder, { ...session, dtype }))
      return decoder.run(latents)
    })
  return {
    network: 'coshand',
    digest,
    scalingFactor: config.scalingFactor,
    sizeMultiple,
    ...(await sayCoshand({ checkpoint, config })),
    encode: (pictures) =>
      whileOpen(async () => {
        requireSize(pictures, sizeMultiple)
        return (await kept.get('encode', '', () => openEncoder(autoencoder, session))).run(pictures)
      }),
    embed: (picture) =>
      whileOpen(async () => {
        const embedder = await kept.get('embed', '', () => openEmbedder(checkpoint, tower, session))
        return embedder.run(picture)
      }),
    step,
    ...heldSteps(step),
    decode,
    decodeBytes: async (latents) => decodedBytes(await decode(latents)),
    async close() {
      open = false
      await kept.close()
    },
  }
}

/** The tower with kornia's resize before it, as its FrozenCLIPImageEmbedder has it, and the projection behind it. In float32: it is one picture. */
function openEmbedder(checkpoint: Checkpoint, tower: ClipTower, session: SessionOptions): Promise<ImageEmbedder> {
  const layers = {
    tensor: (name: string) => findTensor(checkpoint, name),
    dtype: 'float32',
    fusedAttention: false,
  } as const
  return openImageEmbedder(tower, {
    ...session,
    resize: 'kornia-bicubic',
    head: (graph, embedding) => linear({ graph, ...layers }, embedding, projection, { outer: [-1] }),
  })
}

/** From the image tower's row to the UNet's context. */
function projectionTensors({ unet }: CoshandConfig, tower: ClipTower): Record<string, readonly number[]> {
  return {
    [`${projection}.weight`]: [unet.contextWidth, tower.config.projection],
    [`${projection}.bias`]: [unet.contextWidth],
  }
}

/** @throws KinemetricError `shape-mismatch` for pixels that are no multiple of what the levels halve */
function requireSize({ shape }: HostTensor, multiple: number): void {
  const [height = 0, width = 0] = shape.slice(2)
  if (height % multiple === 0 && width % multiple === 0 && height > 0 && width > 0) return
  throw networkError('shape-mismatch', 'coshand', {
    expected: `a height and a width that are multiples of ${multiple}`,
    found: `${height}×${width}`,
  })
}
