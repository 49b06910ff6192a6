import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { findCoshandConfig, readCoshandConfig } from '../../../src/models/coshand/config.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { coshandYaml, type YamlArguments } from './config-yaml.ts'
import { releaseUnet, releaseVae } from './release-config.ts'

test('the released config: one frame to go on from, its schedule, its autoencoder', async () => {
  expect(await readCoshandConfig(await written(coshandYaml()))).toMatchObject({
    unet: { inChannels: 16, heads: { count: 8 } },
    autoencoder: releaseVae,
    scalingFactor: 0.18215,
    conditioningFrames: 1,
    noiseLevels: { linearStart: 0.00085, linearEnd: 0.012, timesteps: 1000 },
  })
})

test('frames to go on from follow from the input channels', async () => {
  expect(await framesOf(24)).toBe(2)
  expect(await framesOf(48)).toBe(5)
})

async function framesOf(in_channels: number): Promise<number> {
  const path = await written(coshandYaml({ unet: { ...releaseUnet, in_channels } }))
  return (await readCoshandConfig(path)).conditioningFrames
}

const refusals: readonly (readonly [string, YamlArguments, RegExp])[] = [
  ['Stable Diffusion 1.x', { unet: { ...releaseUnet, in_channels: 4 } }, /4 input channels \(Stable Diffusion 1\.x\)/],
  ['Zero-1-to-3', { unet: { ...releaseUnet, in_channels: 8 } }, /found 8 input channels \(Zero-1-to-3\)/],
  ['channels between', { unet: { ...releaseUnet, in_channels: 20 } }, /found 20 input channels$/],
  ['learnt variances', { unet: { ...releaseUnet, out_channels: 8 } }, /found 8 output channels/],
  ['a missing schedule', { params: { linear_start: undefined } }, /model\.params\.linear_start/],
  ['a missing UNet', { params: { unet_config: undefined } }, /model\.params\.unet_config/],
  ['a missing argument of it', { unet: { ...releaseUnet, num_heads: undefined } }, /num_heads/],
  ['captions in place of pictures', { params: { just_captions: true } }, /just_captions/],
  ['low-rank updates', { params: { lora_rank: 4 } }, /lora_rank/],
  ['another conditioning', { params: { conditioning_key: 'crossattn' } }, /conditioning_key/],
  ['another prediction', { params: { parameterization: 'x0' } }, /parameterization/],
  ['an interpolation', { params: { scale_factor: '${scale}' } }, /scale_factor/],
  [
    'a text encoder',
    { params: { cond_stage_config: { target: 'ldm.modules.encoders.modules.FrozenCLIPEmbedder' } } },
    /cond_stage_config/,
  ],
]
test.each(refusals)('%s is refused, with its place', async (_, given, message) => {
  await expect(readCoshandConfig(await written(coshandYaml(given)))).rejects.toThrow(message)
})

test('what is no YAML is refused with its line; what multiplies itself, nests without end or is too long is not followed', async () => {
  const bomb = ['a: &a [x, x, x, x, x, x, x, x, x, x]']
  for (const [one, before] of ['ba', 'cb', 'dc', 'ed'])
    bomb.push(`${one}: &${one} [${`*${before}, `.repeat(9)}*${before}]`)
  await expect(readCoshandConfig(await written('model:\n  a: 1\n  a: 2\n'))).rejects.toMatchObject({
    code: 'bad-file',
    found: expect.stringContaining('line 3'),
  })
  await expect(readCoshandConfig(await written(bomb.join('\n')))).rejects.toMatchObject({ code: 'bad-file' })
  await expect(readCoshandConfig(await written('['.repeat(20_000)))).rejects.toMatchObject({ code: 'bad-file' })
  await expect(readCoshandConfig(await written('a'.repeat(2 ** 20 + 1)))).rejects.toMatchObject({ code: 'too-large' })
  await expect(readCoshandConfig(await written('__proto__: {model: 1}'))).rejects.toMatchObject({ code: 'invalid' })
  await expect(readCoshandConfig(await written('!!python/object/apply:os.system ["true"]'))).rejects.toMatchObject({
    code: 'invalid',
  })
})

test('beside a checkpoint lies its config, by its name', async () => {
  const folder = await temporaryFolder()
  const checkpoint = join(folder, 'release.ckpt')
  await expect(findCoshandConfig(checkpoint)).rejects.toMatchObject({
    code: 'missing-config',
    message: expect.stringContaining('coshand-config=<file>'),
  })
  await writeFile(join(folder, 'release_config.yaml'), coshandYaml())
  expect((await findCoshandConfig(checkpoint)).conditioningFrames).toBe(1)
  await mkdir(join(folder, 'other'))
  await writeFile(join(folder, 'other', 'last.yaml'), coshandYaml({ params: { timesteps: 500 } }))
  expect((await findCoshandConfig(join(folder, 'other', 'last.ckpt'))).noiseLevels.timesteps).toBe(500)
})

async function written(text: string): Promise<string> {
  const path = join(await temporaryFolder(), 'config.yaml')
  await writeFile(path, text)
  return path
}
