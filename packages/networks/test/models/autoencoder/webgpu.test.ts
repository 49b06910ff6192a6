import { beforeAll, describe, expect, test } from 'vitest'

import { diffusersAutoencoder, ldmAutoencoder } from '../../../src/models/autoencoder/autoencoder.ts'
import { openDecoder, openEncoder } from '../../../src/models/autoencoder/open.ts'
import { hasShared } from '../../../../../test/shared.ts'
import { hasSoftwareVulkan, useSoftwareVulkan } from '../../session/software-vulkan.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { farthest, goldenTensor, runnerGoldens } from '../runner-goldens.ts'
import { ldmDdconfig, temporalJson } from './configs.ts'
import { formulaAutoencoder, formulaInput } from './formula.ts'

const full = process.env.KINEMETRIC_FULL === '1'
if (!full)
  console.warn('skipped: autoencoders of the goldens on WebGPU take minutes in software (KINEMETRIC_FULL=1 runs them)')

const provider = 'webgpu'

describe.skipIf(!hasSoftwareVulkan())('on WebGPU (software Vulkan)', { timeout: 1_800_000 }, () => {
  beforeAll(useSoftwareVulkan)

  test('a video is decoded as on the CPU', async () => {
    const json = { ...temporalJson([32]), layers_per_block: 2 }
    const video = diffusersAutoencoder(await formulaAutoencoder(await temporaryFolder(), json), json)
    const latents = formulaInput('latents', [2, 4, 4, 4])
    const [gpu, cpu] = [await openDecoder(video, { provider }), await openDecoder(video)]
    expect(farthest(await gpu.run(latents), await cpu.run(latents))).toBeLessThan(1e-4)
    await gpu.close()
    await cpu.close()
  })

  const goldens = full && hasShared('goldens', 'runners')

  test.skipIf(!goldens)('a first stage encodes and decodes as the original', async () => {
    const pictures = ldmAutoencoder(await runnerGoldens('coshand_tiny.ckpt'), {
      ddconfig: ldmDdconfig(32, [1, 2, 2, 2]),
      scalingFactor: 0.18215,
      where: 'config.yaml',
    })
    const golden = await runnerGoldens('coshand_tiny_golden.safetensors')
    const encoder = await openEncoder(pictures, { provider })
    const latents = await encoder.run(await goldenTensor(golden, 'img'))
    await encoder.close()
    expect(farthest(latents, await goldenTensor(golden, 'vae.enc.img'))).toBeLessThan(1e-4)
    const decoder = await openDecoder(pictures, { provider })
    const frames = await decoder.run(await goldenTensor(golden, 'vae.z'))
    await decoder.close()
    expect(farthest(frames, await goldenTensor(golden, 'vae.dec'))).toBeLessThan(1e-4)
  })

  test.skipIf(!goldens)('a video is decoded as by the original', async () => {
    const json = temporalJson([32, 32, 64, 64])
    const video = diffusersAutoencoder(await runnerGoldens('interdyn_tiny_vae.safetensors'), json)
    const golden = await runnerGoldens('interdyn_tiny_golden.safetensors')
    const decoder = await openDecoder(video, { provider })
    const frames = await decoder.run(await goldenTensor(golden, 'vae.latent'))
    await decoder.close()
    expect(farthest(frames, await goldenTensor(golden, 'vae.dec'))).toBeLessThan(1e-4)
  })
})
