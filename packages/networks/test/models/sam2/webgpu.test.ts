import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { openCheckpoint } from '../../../src/checkpoints/open-checkpoint.ts'
import type { Sam2Networks } from '../../../src/models/sam2/networks.ts'
import { openSam2 } from '../../../src/models/sam2/open.ts'
import { sam2Tracker } from '../../../src/models/sam2/predictors/sam2-tracker.ts'
import type { FrameMasks } from '../../../src/roles/mask-tracker.ts'
import { trackMasks, type TrackMasksOptions } from '../../../src/roles/track-masks.ts'
import { hasSoftwareVulkan, useSoftwareVulkan } from '../../session/software-vulkan.ts'
import { golden, hasSam2Goldens, reducedConfig, sam2Checkpoint, worst } from '../sam2-goldens.ts'
import { box, goldenVideo } from './golden-video.ts'

const full = process.env.KINEMETRIC_FULL === '1'
if (!full) console.warn('skipped: SAM 2 on WebGPU takes minutes in software (KINEMETRIC_FULL=1 runs it)')

describe.skipIf(!full || !hasSam2Goldens || !hasSoftwareVulkan())(
  'SAM 2 on WebGPU (software Vulkan)',
  { timeout: 1_800_000 },
  () => {
    let gpu: Sam2Networks
    let cpu: Sam2Networks
    beforeAll(async () => {
      useSoftwareVulkan()
      const checkpoint = await openCheckpoint(sam2Checkpoint)
      gpu = await openSam2(checkpoint, { provider: 'webgpu' }, reducedConfig)
      cpu = await openSam2(checkpoint, {}, reducedConfig)
    })
    afterAll(async () => {
      await gpu?.close()
      await cpu?.close()
    })

    const first = box('1', 0, 40, 30, 80, 75)

    test('a box on one frame: every tensor of the way is the original’s', async () => {
      const boxes = await golden('img.boxes')
      const prompts = [0, 1].map((n) => {
        const [x1, y1, x2, y2] = boxes.subarray(4 * n, 4 * n + 4)
        return box(String(n), 0, x1, y1, x2, y2)
      })
      const how = { mode: 'box-per-frame', fillHoles: 0, keep: true } as const
      const [frame] = await all(gpu, 1, prompts, how)
      for (const [name, { data }] of Object.entries(frame.kept!)) {
        const tolerance = name === 'img.logits' || name === 'img.low' ? 1e-3 : 1e-4
        expect(worst(data, await golden(name)), name).toBeLessThan(tolerance)
      }
    })

    // Three frames: memory of a prompted and of a followed one, and pointers to both.
    test('a box through three frames is followed as on the CPU', async () => {
      const how = { mode: 'box-propagate', fillHoles: 0, keep: true } as const
      const [found, expected] = [await all(gpu, 3, [first], how), await all(cpu, 3, [first], how)]
      for (const [n, { objects }] of expected.entries()) {
        expect(worst(found[n].objects[0].logits!, objects[0].logits!), `frame ${n}`).toBeLessThan(1e-3)
        expect(Math.abs(found[n].objects[0].objectScore - objects[0].objectScore)).toBeLessThan(1e-4)
      }
    })
  },
)

async function all(
  networks: Sam2Networks,
  frames: number,
  prompts: Parameters<typeof trackMasks>[2],
  how: TrackMasksOptions,
): Promise<FrameMasks[]> {
  const found: FrameMasks[] = []
  for await (const frame of trackMasks(sam2Tracker(networks), goldenVideo(frames), prompts, how)) found.push(frame)
  return found
}
