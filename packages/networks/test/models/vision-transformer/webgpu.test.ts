import { beforeAll, describe, expect, test } from 'vitest'
import { openAskedClip } from '../../../src/models/clip-vision/features.ts'
import { openAskedDino, openAskedDinov2 } from '../../../src/models/dino/open.ts'
import type { NetworkOpener } from '../../../src/roles/network-card.ts'
import { hasSoftwareVulkan, useSoftwareVulkan } from '../../session/software-vulkan.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { formulaCheckpoint, goldenPixels, type networkTensors, unlike } from './networks.ts'

const full = process.env.KINEMETRIC_FULL === '1'
const folder = await temporaryFolder()

type Case = [
  golden: string,
  part: string,
  net: keyof typeof networkTensors,
  open: NetworkOpener<'features'>,
  size: [number, number],
  heads?: number,
]

const dinov2 = openAskedDinov2('dinov2-vitl14')
const small: Case[] = [['dinov2_small_112x168', 'cls', 'dinov2_small', dinov2, [112, 168], 3]]
// Minutes in software.
const large: Case[] = [
  ['dinov2_small_224x224', 'cls', 'dinov2_small', dinov2, [224, 224], 3],
  ['dinov2_L_width_1_block_224', 'cls', 'dinov2_L_width_1_block', dinov2, [224, 224]],
  ['dino_small_224x336', 'cls', 'dino_small', openAskedDino, [224, 336], 3],
  ['dino_B_width_1_block_224x336', 'cls', 'dino_B_width_1_block', openAskedDino, [224, 336]],
  ['clip_small_224', 'embed', 'clip_small', openAskedClip, [224, 224], 3],
  ['clip_B32_width_1_block_224', 'embed', 'clip_B32_width_1_block', openAskedClip, [224, 224]],
]

describe.skipIf(!hasSoftwareVulkan())('on WebGPU (software Vulkan)', { timeout: 1_800_000 }, () => {
  beforeAll(useSoftwareVulkan)

  test.each(full ? [...small, ...large] : small)(
    '%s: the row is the original’s',
    async (golden, part, net, open, [height, width], heads) => {
      const settings = heads === undefined ? undefined : { heads }
      const run = { provider: 'webgpu' } as const
      const extractor = await open({ network: await formulaCheckpoint(folder, net) }, { settings }, run)
      const row = await extractor.extractTensor!(goldenPixels(height, width))
      await extractor.close()
      expect(unlike(row, golden, part)).toEqual([])
    },
  )
})
