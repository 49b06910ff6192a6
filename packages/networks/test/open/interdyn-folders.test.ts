import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { describe, expect, test } from 'vitest'

import { interdynWork } from '../../src/open/generator-work.ts'
import { openInterdynFolders } from '../../src/open/interdyn-process.ts'
import { float32Data, type HostTensor } from '../../src/session/session.ts'
import { hasShared, sharedPath } from '../../../../test/shared.ts'
import { tinyConfigs } from '../models/interdyn/tiny.ts'
import { farthest, goldenTensor, runnerGoldens } from '../models/runner-goldens.ts'
import { temporaryFolder } from '../temporary-folder.ts'

describe.skipIf(!hasShared('goldens', 'runners'))('InterDyn’s folders', () => {
  test('with a preprocessor_config.json, pixels are normalised by it; without, by CLIP’s numbers', async () => {
    const folder = await temporaryFolder()
    await writeFolders(folder)
    const plain = await embedded(folder)
    const golden = await goldenTensor(await runnerGoldens('interdyn_tiny_pipe.safetensors'), 'pipe.image_embeds')
    expect(farthest(plain, { ...golden, shape: [1, 24] })).toBeLessThan(1e-4)
    await writeJson(join(folder, 'feature_extractor'), 'preprocessor_config.json', {
      image_mean: [0.5, 0.5, 0.5],
      image_std: [0.5, 0.5, 0.5],
    })
    expect(farthest(await embedded(folder), plain)).toBeGreaterThan(1e-2)
    await writeJson(join(folder, 'feature_extractor'), 'preprocessor_config.json', { image_mean: [0.5] })
    await expect(embedded(folder)).rejects.toMatchObject({ code: 'invalid' })
  })

  test.each(['unet', 'controlnet', 'vae', 'image_encoder'])(
    'a fault of %s/config.json is said of that file',
    async (part) => {
      const folder = await temporaryFolder()
      await writeFolders(folder)
      await writeJson(join(folder, part), 'config.json', {})
      const where = expect.stringMatching(new RegExp(`/${part}/config\\.json$`))
      await expect(openInterdynFolders({ svd: folder, interdyn: folder })).rejects.toMatchObject({ where })
      await expect(interdynWork({ svd: folder, interdyn: folder }, 3, { height: 64, width: 64 })).rejects.toMatchObject(
        {
          where,
        },
      )
    },
  )
})

async function embedded(folder: string): Promise<HostTensor> {
  const image = await goldenTensor(await runnerGoldens('interdyn_tiny_golden.safetensors'), 'pipe.image01')
  const model = await openInterdynFolders({ svd: folder, interdyn: folder }, { threads: 1 })
  try {
    return await model.embed({ ...image, data: float32Data(image).map((value) => 2 * value - 1) })
  } finally {
    await model.close()
  }
}

/** The goldens' networks as diffusers lays them out. */
async function writeFolders(folder: string): Promise<void> {
  const { unet, controlnet, vae, imageEncoder } = tinyConfigs()
  const parts = { unet, controlnet, vae, image_encoder: imageEncoder }
  for (const [name, config] of Object.entries(parts)) {
    await writeJson(join(folder, name), 'config.json', config)
    const file = name === 'image_encoder' ? 'model.safetensors' : 'diffusion_pytorch_model.safetensors'
    await copyFile(sharedPath('goldens', 'runners', `interdyn_tiny_${name}.safetensors`), join(folder, name, file))
  }
}

async function writeJson(folder: string, name: string, value: unknown): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, name), JSON.stringify(value))
}
