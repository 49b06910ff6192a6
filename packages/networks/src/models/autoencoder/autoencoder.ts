import { expectTensors } from '../../checkpoints/expect-tensors.ts'
import { findTensor } from '../../checkpoints/find-tensor.ts'
import type { Checkpoint, TensorReference } from '../../checkpoints/tensors/tensor-reference.ts'
import { type AutoencoderConfig, diffusersAutoencoderConfig, ldmAutoencoderConfig } from './config.ts'
import { autoencoderName, autoencoderNaming, autoencoderShape } from './naming.ts'
import { decoderTensors, encoderTensors } from './tensors.ts'

/** An autoencoder where it lies: what it is made of, and its tensors by diffusers' names whatever the file calls them. */
export interface Autoencoder {
  readonly config: AutoencoderConfig
  readonly tensor: (name: string) => TensorReference
  /** Its tensors' names in the checkpoint, for a digest. */
  readonly names: readonly string[]
}

export interface DiffusersAutoencoderOptions {
  /** The kind that is needed; default: either. */
  readonly decoder?: AutoencoderConfig['decoder'] | undefined
  /** The configuration's path, for errors. Default `config.json`. */
  readonly where?: string | undefined
}

/**
 * The autoencoder of a checkpoint that diffusers wrote, beside its `config.json`.
 * @param json the parsed `config.json`
 * @throws KinemetricError `wrong-checkpoint` for another architecture's configuration, `invalid`, `wrong-tensors` where tensors and
 * configuration disagree
 */
export function diffusersAutoencoder(
  checkpoint: Checkpoint,
  json: unknown,
  { decoder, where = 'config.json' }: DiffusersAutoencoderOptions = {},
): Autoencoder {
  return located(checkpoint, '', diffusersAutoencoderConfig(json, where, decoder))
}

export interface LdmAutoencoderOptions {
  /** The parsed `ddconfig` of the model's configuration. */
  readonly ddconfig: unknown
  /** Its `scale_factor`. */
  readonly scalingFactor: number
  /** What stands before its names. Default `first_stage_model.`. */
  readonly prefix?: string | undefined
  /** The configuration's path, for errors. */
  readonly where: string
}

/**
 * The first stage inside a checkpoint of a latent diffusion model.
 * @throws KinemetricError `invalid`, `wrong-tensors` where tensors and configuration disagree
 */
export function ldmAutoencoder(checkpoint: Checkpoint, options: LdmAutoencoderOptions): Autoencoder {
  const config = ldmAutoencoderConfig(options.ddconfig, options.scalingFactor, options.where)
  return located(checkpoint, options.prefix ?? 'first_stage_model.', config)
}

function located(checkpoint: Checkpoint, prefix: string, config: AutoencoderConfig): Autoencoder {
  const naming = autoencoderNaming(checkpoint, prefix)
  const inFile = (name: string): string => `${prefix}${autoencoderName(name, naming, config.widths.length)}`
  const shapes = Object.entries({ ...encoderTensors(config), ...decoderTensors(config) }).map(
    ([name, shape]) => [inFile(name), autoencoderShape(name, shape, naming)] as const,
  )
  // A file of its own holds nothing else; a model of several parts holds the others.
  expectTensors(checkpoint, Object.fromEntries(shapes), { extra: prefix === '' ? 'refuse' : 'ignore' })
  return {
    config,
    tensor: (name) => findTensor(checkpoint, inFile(name)),
    names: shapes.map(([name]) => name),
  }
}
