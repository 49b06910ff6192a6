import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { beforeAll, describe, expect, test } from 'vitest'

import { float32Data, type HostTensor } from '../../../src/session/session.ts'
import { type CoshandModel, openCoshand, readCoshandParts } from '../../../src/models/coshand/open.ts'
import { hasSoftwareVulkan, useSoftwareVulkan } from '../../session/software-vulkan.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { ddim } from './ddim-run.ts'
import { hasTinyCoshand, tinyCoshandPath, tinyGolden, tinyYaml, worstDifference } from './tiny.ts'

const full = process.env.KINEMETRIC_FULL === '1'
if (!full) console.warn('skipped: CosHand on WebGPU takes minutes in software (KINEMETRIC_FULL=1 runs it)')

/** The same goldens on WebGPU: whether every operator is right there, or left to the CPU. SwiftShader is slow and says nothing of speed. */
describe.skipIf(!full || !hasTinyCoshand || !hasSoftwareVulkan())(
  'CosHand on WebGPU (software Vulkan, tiny weights)',
  { timeout: 1_800_000 },
  () => {
    let golden: Awaited<ReturnType<typeof tinyGolden>>
    beforeAll(async () => {
      useSoftwareVulkan()
      golden = await tinyGolden()
    })

    test('steps of DDIM', async () => {
      await withModel(async (model) => {
        const conditions = { c_concat: await golden('c_concat'), context: await golden('cc.context') }
        const found = await ddim(model, golden, 5, conditions)
        expect(worstDifference(float32Data(found), (await golden('ddim.5.out')).data)).toBeLessThan(1e-3)
      })
    })

    test('encoder, image tower and decoder', async () => {
      await withModel(async (model) => {
        expect(await apart(await model.encode(await golden('img')), 'vae.enc.img')).toBeLessThan(1e-4)
        expect(await apart(await model.embed(await golden('img')), 'cc.context')).toBeLessThan(1e-4)
        expect(await apart(await model.decode(await golden('vae.z')), 'vae.dec')).toBeLessThan(1e-3)
      })
    })

    const apart = async (found: HostTensor, name: string): Promise<number> =>
      worstDifference(float32Data(found), (await golden(name)).data)
  },
)

async function withModel(use: (model: CoshandModel) => Promise<void>): Promise<void> {
  const config = join(await temporaryFolder(), 'tiny.yaml')
  await writeFile(config, tinyYaml())
  const parts = await readCoshandParts({ coshand: tinyCoshandPath(), config })
  const model = await openCoshand(parts, { provider: 'webgpu' })
  try {
    await use(model)
  } finally {
    await model.close()
  }
}
