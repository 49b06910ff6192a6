import { copyFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { describe, expect, test } from 'vitest'

import { writeSafetensors, writeTorchZip } from '../../../src/index.ts'
import { readLdmUnetConfig } from '../../../src/models/ldm/config.ts'
import { ldmTensors } from '../../../src/models/ldm/tensors.ts'
import { ldmTensorName } from '../../../src/models/ldm/weights.ts'
import { openCoshand, readCoshandParts } from '../../../src/models/coshand/open.ts'
import { formulaTensors } from '../../formula-weights.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { coshandYaml } from './config-yaml.ts'
import { releaseUnet } from './release-config.ts'
import { hasTinyCoshand, tinyCoshandPath } from './tiny.ts'

const input = 'model.diffusion_model.input_blocks.0.0.weight'
const tower = 'cond_stage_model.model.visual.class_embedding'

/** What lies in CosHand's place, told by a few of its tensors. */
const others: readonly (readonly [string, Record<string, readonly number[]>, string])[] = [
  ['Stable Diffusion 1.5', { [input]: [320, 4, 3, 3] }, 'Stable Diffusion 1.x'],
  [
    'what CosHand was trained from',
    { [input]: [320, 4, 3, 3], [tower]: [1024] },
    'Stable Diffusion conditioned on images (sd-image-conditioned, what CosHand was trained from)',
  ],
  [
    'zero123',
    { [input]: [320, 8, 3, 3], [tower]: [1024], 'cc_projection.weight': [768, 772] },
    'Zero-1-to-3 (zero123)',
  ],
  [
    "InterDyn's branch",
    {
      'controlnet_cond_embedding.conv_in.weight': [16, 3, 3, 3],
      'down_blocks.0.resnets.0.spatial_res_block.norm1.weight': [320],
    },
    "InterDyn's ControlNet",
  ],
  [
    'an autoencoder',
    { 'encoder.conv_in.weight': [8, 3, 3, 3], 'decoder.conv_in.weight': [8, 4, 3, 3] },
    'the VAE of Stable Diffusion (images, not video)',
  ],
]

test.each(others)('%s in its place is named', async (_, shapes, found) => {
  const path = join(await temporaryFolder(), 'coshand.ckpt')
  await writeTorchZip(path, formulaTensors(shapes))
  await expect(readCoshandParts({ coshand: path })).rejects.toMatchObject({
    code: 'wrong-checkpoint',
    expected: 'CosHand',
    found,
  })
})

test('what is no checkpoint is said to be none', async () => {
  const path = join(await temporaryFolder(), 'coshand.ckpt')
  await writeFile(path, '<!doctype html><title>404</title>')
  await expect(readCoshandParts({ coshand: path })).rejects.toThrow(/a web page/)
  await writeFile(path, 'model:\n  params: {}\n')
  await expect(readCoshandParts({ coshand: path })).rejects.toMatchObject({ code: 'unknown-format' })
  await expect(readCoshandParts({ coshand: `${path}.none` })).rejects.toMatchObject({ code: 'not-found' })
})

test('without moving averages it says how to take the weights of the last step, and takes them then no further than they go', async () => {
  const unet = { ...releaseUnet, model_channels: 32, context_dim: 24, channel_mult: [1, 2] }
  const shapes = Object.entries(ldmTensors(readLdmUnetConfig(unet, 'config')))
  const folder = await temporaryFolder()
  const files = { coshand: join(folder, 'raw.safetensors'), config: join(folder, 'raw.yaml') }
  await writeFile(files.config, coshandYaml({ unet }))
  await writeSafetensors(
    files.coshand,
    formulaTensors({
      ...Object.fromEntries(shapes.map(([name, shape]) => [ldmTensorName(name, 'raw'), shape])),
      'cc_projection.weight': [24, 24],
    }),
  )
  const parts = await readCoshandParts(files)
  await expect(openCoshand(parts)).rejects.toThrow(/found a checkpoint without them; weights 'raw' takes/)
  // The UNet passes; the autoencoder is not there.
  await expect(openCoshand(parts, { weights: 'raw' })).rejects.toThrow(/first_stage_model/)
})

describe.skipIf(!hasTinyCoshand)('the tiny checkpoint', () => {
  test('without a config beside it says which one is looked for', async () => {
    await expect(readCoshandParts({ coshand: tinyCoshandPath() })).rejects.toMatchObject({ code: 'missing-config' })
  })

  test('cut short is refused, wherever it is cut', async () => {
    const path = join(await temporaryFolder(), 'cut.ckpt')
    for (const size of [16_000_000, 4_000_000, 100]) {
      await copyFile(tinyCoshandPath(), path)
      await truncate(path, size)
      const refusal: unknown = await readCoshandParts({ coshand: path }).catch((error: unknown) => error)
      expect(refusal).toMatchObject({ kind: 'input', where: expect.stringContaining('cut.ckpt') })
    }
  })
})
