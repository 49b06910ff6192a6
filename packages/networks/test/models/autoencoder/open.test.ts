import { beforeAll, describe, expect, test } from 'vitest'

import { type Autoencoder, diffusersAutoencoder, ldmAutoencoder } from '../../../src/models/autoencoder/autoencoder.ts'
import { openDecoder, openEncoder } from '../../../src/models/autoencoder/open.ts'
import type { Checkpoint } from '../../../src/checkpoints/tensors/tensor-reference.ts'
import { type HostTensor } from '../../../src/session/session.ts'
import { hasShared } from '../../../../../test/shared.ts'
import { farthest, goldenTensor, runnerGoldens } from '../runner-goldens.ts'
import { ldmDdconfig, temporalJson } from './configs.ts'

const widths = [32, 32, 64, 64]

describe.skipIf(!hasShared('goldens', 'runners'))('Stable Video Diffusion’s autoencoder', () => {
  let goldens: Checkpoint
  let autoencoder: Autoencoder
  let latents: HostTensor
  beforeAll(async () => {
    goldens = await runnerGoldens('interdyn_tiny_golden.safetensors')
    autoencoder = diffusersAutoencoder(await runnerGoldens('interdyn_tiny_vae.safetensors'), temporalJson(widths))
    latents = await goldenTensor(goldens, 'vae.latent')
  })

  test('encodes as the original', async () => {
    const encoder = await openEncoder(autoencoder)
    const found = await encoder.run(await goldenTensor(goldens, 'vae.image'))
    await encoder.close()
    expect(farthest(found, await goldenTensor(goldens, 'vae.enc_mean'))).toBeLessThan(1e-5)
  })

  test('decodes three frames as the original', async () => {
    const decoder = await openDecoder(autoencoder)
    const frames = await decoder.run(latents)
    await decoder.close()
    expect(farthest(frames, await goldenTensor(goldens, 'vae.dec'))).toBeLessThan(5e-5)
  })
})

describe.skipIf(!hasShared('goldens', 'runners'))('a latent diffusion model’s first stage', () => {
  let goldens: Checkpoint
  let autoencoder: Autoencoder
  beforeAll(async () => {
    goldens = await runnerGoldens('coshand_tiny_golden.safetensors')
    const checkpoint = await runnerGoldens('coshand_tiny.ckpt')
    const ddconfig = ldmDdconfig(32, [1, 2, 2, 2])
    autoencoder = ldmAutoencoder(checkpoint, { ddconfig, scalingFactor: 0.18215, where: 'config.yaml' })
  })

  test('encodes as the original', async () => {
    const encoder = await openEncoder(autoencoder)
    for (const name of ['img', 'h0', 'h1']) {
      const found = await encoder.run(await goldenTensor(goldens, name))
      expect(farthest(found, await goldenTensor(goldens, `vae.enc.${name}`))).toBeLessThan(1e-5)
    }
    await encoder.close()
  })

  test('decodes as the original', async () => {
    const decoder = await openDecoder(autoencoder)
    const latents = await goldenTensor(goldens, 'vae.z')
    const frames = await decoder.run(latents)
    await decoder.close()
    expect(farthest(frames, await goldenTensor(goldens, 'vae.dec'))).toBeLessThan(5e-5)
  })
})
