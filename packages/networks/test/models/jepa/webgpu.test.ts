import { beforeAll, describe, expect, test } from 'vitest'
import { openVjepa } from '../../../src/models/vjepa/open.ts'
import { openVjepa2 } from '../../../src/models/vjepa2/open.ts'
import { huggingFaceNames, vjepa2EncoderTensors, vjepa2PoolerTensors } from '../../../src/models/vjepa2/tensors.ts'
import { formulaTensors, transformerRule } from '../../formula-weights.ts'
import { hasSoftwareVulkan, useSoftwareVulkan } from '../../session/software-vulkan.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { below, goldenClip, goldens, probeWeights, unlike, vjepaWeights, written } from './networks.ts'

const full = process.env.KINEMETRIC_FULL === '1'
const provider = 'webgpu'

describe.skipIf(!full || !hasSoftwareVulkan())('on WebGPU (software Vulkan)', { timeout: 600_000 }, () => {
  beforeAll(useSoftwareVulkan)

  test('V-JEPA', async () => {
    const folder = await temporaryFolder()
    const encoder = await written(folder, 'encoder', vjepaWeights(64, 2, [4, 4, 4]))
    const probe = await written(folder, 'probe', probeWeights(64))
    const how = { preprocessing: 'worldarena', pool: 'pool-probe-proj', heads: 4, provider } as const
    const network = await openVjepa('vjepa-vith16', { encoder, probe }, how)
    const row = await network.extractTensor!(goldenClip(8, 64, 64))
    await network.close()
    expect(unlike(row, goldens.vjepa_small_8x64x64.pool_proj)).toEqual([])
  })

  test('V-JEPA 2', async () => {
    const folder = await temporaryFolder()
    const shapes = {
      ...below('vjepa2.encoder.', vjepa2EncoderTensors(huggingFaceNames, 96, 2)),
      ...below('pooler.', vjepa2PoolerTensors(huggingFaceNames, 96, 3)),
    }
    const encoder = await written(folder, 'two', formulaTensors(shapes, transformerRule))
    const network = await openVjepa2({ encoder }, { preprocessing: 'hf-256', pool: 'pool-probe', heads: 3, provider })
    const row = await network.extractTensor!(goldenClip(8, 64, 64))
    await network.close()
    expect(unlike(row, goldens.vjepa2_small_8x64x64.pool)).toEqual([])
  })
})
