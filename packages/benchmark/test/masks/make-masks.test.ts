import { readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { MaskTracker } from '@kinemetric/networks'
import { frameArray, writeLossless } from '@kinemetric/video'
import { beforeAll, expect, test } from 'vitest'
import { makeMasks, type MakeMasksOptions } from '../../src/masks/make-masks.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const root = await temporaryFolder()
const [frames, height, width] = [3, 16, 24]
const video = join(root, 'video.mkv')
const prompts = [0, 1].map((frame) => ({ object: 'cup', frame, box: [2, 2, 9, 9] as const }))

beforeAll(async () => {
  await writeLossless(video, {
    pixels: frameArray(new Uint8Array(frames * height * width * 3), frames, height, width),
    fps: 5,
  })
})

const unasked = () => Promise.reject(new Error('not asked for here'))

/** Masks what it is asked for with the first pixel; what is `killedAt` ends it before that frame, or with `end` behind the last. */
function tracker(killedAt?: number | 'end'): MaskTracker {
  return {
    id: 'test',
    digest: 'sha256:of-the-tensors',
    imageSize: 64,
    async still({ index: frame }, asked) {
      if (frame === killedAt) throw new Error('killed')
      const mask = new Uint8Array(height * width).fill(1, 0, 1)
      const sure = { objectScore: 1, iou: 0.5, absent: false, prompted: true }
      return { frame, objects: asked.map(({ object }) => ({ object, mask, ...sure })) }
    },
    begin: unasked,
    condition: unasked,
    step: unasked,
    remembered: unasked,
    close: () => (killedAt === 'end' ? Promise.reject(new Error('killed')) : Promise.resolve()),
  }
}

function make(out: string, killedAt?: number | 'end', more: Partial<MakeMasksOptions> = {}) {
  const weights = [{ id: 'test', sha256: 'a'.repeat(64), licence: 'none' }]
  const model = { id: 'test', weights, open: async () => tracker(killedAt) }
  return makeMasks({ video, prompts, model, out: join(root, out), ...more })
}

const written = (out: string) => readFile(join(root, out, 'masks.json'), 'utf8')

test('whenever a run is cut off, and however often it is repeated, masks.json ends the same', async () => {
  await make('whole')
  const whole = await written('whole')
  expect(whole).toContain('sha256:of-the-tensors')
  expect(await make('whole')).toMatchObject({ known: frames })
  expect(await written('whole')).toBe(whole)
  for (const killedAt of [0, 1, 'end'] as const) {
    const out = `killed-${killedAt}`
    await expect(make(out, killedAt)).rejects.toThrow('killed')
    await make(out)
    expect(await written(out)).toBe(whole)
  }
  await unlink(join(root, 'whole', 'cup', 'frame_0002.png'))
  await make('whole')
  expect(await written('whole')).toBe(whole)
})

test('finished frames of other settings are not drawn over, whether the run was finished or not', async () => {
  await expect(make('others', 1)).rejects.toThrow('killed')
  const other = { fillHoles: 3 }
  await expect(make('others', undefined, other)).rejects.toMatchObject({
    code: 'other-inputs',
    found: '1 frame of others, unfinished',
  })
  await make('others')
  await expect(make('others', undefined, other)).rejects.toMatchObject({ code: 'other-inputs' })
  expect(await make('others', undefined, { ...other, overwrite: true })).toMatchObject({ known: 0 })
  // A network's own sizes decide masks as its weights do.
  const { open, ...model } = { id: 'test', weights: [], open: async () => tracker() }
  await make('sizes', undefined, { model: { ...model, open, config: { image_size: 64 } } })
  await expect(make('sizes', undefined, { model: { ...model, open } })).rejects.toMatchObject({ code: 'other-inputs' })
})
