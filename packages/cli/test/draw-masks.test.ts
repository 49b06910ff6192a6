import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { masksFileSchema } from '@kinemetric/benchmark'
import { readJson } from '@kinemetric/files'
import { frameArray, writeLossless } from '@kinemetric/video'
import { expect, test } from 'vitest'
import { hasShared, sharedPath } from '../../../test/shared.ts'
import { reducedConfig } from '../../networks/test/models/sam2-goldens.ts'
import { openMaskDrawer } from '../src/commands/benchmark/draw-masks.ts'
import { temporaryFolder } from './kinemetric.ts'

const root = await temporaryFolder()

test.skipIf(!hasShared('goldens', 'sam2'))(
  'a preparation’s masks of each frame come of its own box, and those that follow an object of its first one alone',
  async () => {
    const [frames, height, width] = [3, 48, 64]
    const pixels = frameArray(new Uint8Array(frames * height * width * 3), frames, height, width)
    for (let at = 0; at < pixels.data.length; at++) pixels.data[at] = Math.imul(at, 2654435761) >>> 24
    const video = join(root, 'video.mkv')
    await writeLossless(video, { pixels, fps: 12 })
    const config = join(root, 'config.json')
    await writeFile(config, JSON.stringify(reducedConfig.json))
    const checkpoint = sharedPath('goldens', 'sam2', 'sam2.1_tiny_golden.pt')
    const box = [10, 10, 40, 40] as const
    const prompts = [0, 2].map((frame) => ({ object: 'hand', frame, box }))
    for (const [maskMode, boxes] of [
      ['box-per-frame', 2],
      ['box-propagate', 1],
    ] as const) {
      const flags = { maskMode, model: 'sam2.1-tiny', checkpoint, config, unverified: true, threads: 1 }
      const drawer = await openMaskDrawer(flags, join(root, maskMode), () => undefined)
      try {
        expect(drawer.source).toBe(`sam2.1-tiny/${maskMode} (unverified)`)
        const folder = await drawer.draw({ clip: 'a', video, prompts }, undefined)
        const { objects } = await readJson(join(folder, 'masks.json'), masksFileSchema)
        expect(objects.map(({ prompts: own, masks }) => [own.length, masks.length])).toEqual([[boxes, frames]])
      } finally {
        await drawer.close()
      }
    }
    const flags = { maskMode: 'box-propagate', model: 'sam2.1-tiny', checkpoint, config, unverified: true } as const
    const kept = await openMaskDrawer(flags, join(root, 'box-per-frame'), () => undefined)
    // Hours of drawing are not thrown away unasked.
    await expect(kept.draw({ clip: 'a', video, prompts }, undefined)).rejects.toMatchObject({ code: 'other-inputs' })
    expect(kept.options).toMatchObject({ maskMode: 'box-propagate', model: 'sam2.1-tiny', provider: 'cpu' })
    const asked = { ...flags, overwrite: true, threads: 1 }
    const drawer = await openMaskDrawer(asked, join(root, 'box-per-frame'), () => undefined)
    await drawer.draw({ clip: 'a', video, prompts }, undefined).finally(() => drawer.close())
  },
)
