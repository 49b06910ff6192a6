import { join } from 'node:path'

import { openCheckpoint } from '../../../src/checkpoints/open-checkpoint.ts'
import { writeSafetensors } from '../../../src/checkpoints/formats/write-safetensors.ts'
import type { Checkpoint } from '../../../src/checkpoints/tensors/tensor-reference.ts'
import { diffusersAutoencoderConfig } from '../../../src/models/autoencoder/config.ts'
import { autoencoderName, type AutoencoderNaming, autoencoderShape } from '../../../src/models/autoencoder/naming.ts'
import { decoderTensors, encoderTensors } from '../../../src/models/autoencoder/tensors.ts'
import { formulaNumbers, formulaTensor } from '../../formula-weights.ts'
import type { HostTensor } from '../../../src/session/session.ts'

/** A checkpoint of an autoencoder with weights that follow from diffusers' names, whatever the file calls them. */
export async function formulaAutoencoder(
  folder: string,
  json: unknown,
  naming: AutoencoderNaming = 'diffusers',
  prefix = '',
): Promise<Checkpoint> {
  const config = diffusersAutoencoderConfig(json, 'config.json')
  const tensors = Object.entries({ ...encoderTensors(config), ...decoderTensors(config) }).map(([name, shape]) => {
    const { data } = formulaTensor(name, shape)
    const inFile = `${prefix}${autoencoderName(name, naming, config.widths.length)}`
    return [inFile, { data, shape: autoencoderShape(name, shape, naming) }] as const
  })
  const file = join(folder, `${config.decoder}-${naming}-${config.resnets}.safetensors`)
  await writeSafetensors(file, new Map(tensors))
  return openCheckpoint(file)
}

/** Numbers in [−1, 1) that follow from a name, as a tensor. */
export function formulaInput(name: string, shape: readonly number[]): HostTensor {
  const count = shape.reduce((product, size) => product * size, 1)
  return { type: 'float32', data: Float32Array.from(formulaNumbers(name, count)), shape }
}
