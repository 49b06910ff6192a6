import { beforeAll, describe, expect, test } from 'vitest'

import { openImageEmbedder } from '../../../src/models/clip-vision/open.ts'
import { huggingFaceTower, openaiTower } from '../../../src/models/clip-vision/tower.ts'
import { float32Data } from '../../../src/session/session.ts'
import { hasShared } from '../../../../../test/shared.ts'
import { hasSoftwareVulkan, useSoftwareVulkan } from '../../session/software-vulkan.ts'
import { farthest, goldenTensor, runnerGoldens } from '../runner-goldens.ts'
import { tiny } from './configs.ts'

const full = process.env.KINEMETRIC_FULL === '1'
const provider = 'webgpu'

describe.skipIf(!hasSoftwareVulkan() || !hasShared('goldens', 'runners'))(
  'on WebGPU (software Vulkan)',
  { timeout: 600_000 },
  () => {
    beforeAll(useSoftwareVulkan)

    test('a tower under Hugging Face’s names embeds as the original pipeline', async () => {
      const tower = huggingFaceTower(await runnerGoldens('interdyn_tiny_image_encoder.safetensors'), tiny)
      const image = await goldenTensor(await runnerGoldens('interdyn_tiny_golden.safetensors'), 'pipe.image01')
      const expected = await goldenTensor(await runnerGoldens('interdyn_tiny_pipe.safetensors'), 'pipe.image_embeds')
      const embedder = await openImageEmbedder(tower, { resize: 'diffusers-antialias', provider })
      const found = await embedder.run({ ...image, data: float32Data(image).map((value) => 2 * value - 1) })
      await embedder.close()
      expect(farthest(found, { ...expected, shape: [1, 24] })).toBeLessThan(1e-4)
    })

    test.skipIf(!full)('a tower under OpenAI’s names embeds as on the CPU', async () => {
      const checkpoint = await runnerGoldens('coshand_tiny.ckpt')
      const tower = openaiTower(checkpoint, { prefix: 'cond_stage_model.model.visual.', heads: 4 })
      const picture = await goldenTensor(await runnerGoldens('coshand_tiny_golden.safetensors'), 'img')
      const how = { resize: 'kornia-bicubic' } as const
      const [gpu, cpu] = [await openImageEmbedder(tower, { ...how, provider }), await openImageEmbedder(tower, how)]
      expect(farthest(await gpu.run(picture), await cpu.run(picture))).toBeLessThan(1e-4)
      await gpu.close()
      await cpu.close()
    })
  },
)
