import { expect, test } from 'vitest'

import {
  type AutoencoderConfig,
  diffusersAutoencoderConfig,
  ldmAutoencoderConfig,
} from '../../../src/models/autoencoder/config.ts'
import { autoencoderName, type AutoencoderNaming, autoencoderShape } from '../../../src/models/autoencoder/naming.ts'
import { decoderTensors, encoderTensors } from '../../../src/models/autoencoder/tensors.ts'
import { hasShared } from '../../../../../test/shared.ts'
import { tensorList } from '../runner-goldens.ts'
import { framesJson, ldmDdconfig, temporalJson } from './configs.ts'

test.skipIf(!hasShared('spec', 'tensors', 'svd_vae.json'))(
  'Stable Video Diffusion’s autoencoder has the tensors of its file',
  async () => {
    const config = diffusersAutoencoderConfig(temporalJson([128, 256, 512, 512]), 'config.json')
    expect(inFile(config, 'diffusers', '')).toEqual(await tensorList('svd_vae.json'))
  },
)

test.skipIf(!hasShared('spec', 'tensors', 'coshand_vae.json'))(
  'a first stage has the tensors of its checkpoint',
  async () => {
    const config = ldmAutoencoderConfig(ldmDdconfig(128, [1, 2, 4, 4]), 0.18215, 'config.yaml')
    expect(inFile(config, 'ldm', 'first_stage_model.')).toEqual(await tensorList('coshand_vae.json'))
  },
)

test('Stable Diffusion’s autoencoder is the same network under diffusers’ names', () => {
  const ldm = ldmAutoencoderConfig(ldmDdconfig(128, [1, 2, 4, 4]), 0.18215, 'config.yaml')
  expect(diffusersAutoencoderConfig(framesJson([128, 256, 512, 512]), 'config.json')).toEqual(ldm)
})

function inFile(
  config: AutoencoderConfig,
  naming: AutoencoderNaming,
  prefix: string,
): Record<string, readonly number[]> {
  const shapes = Object.entries({ ...encoderTensors(config), ...decoderTensors(config) })
  return Object.fromEntries(
    shapes.map(([name, shape]) => [
      `${prefix}${autoencoderName(name, naming, config.widths.length)}`,
      autoencoderShape(name, shape, naming),
    ]),
  )
}
