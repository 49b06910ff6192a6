import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { lpips } from '@kinemetric/metrics'
import {
  centreCrop,
  contiguous,
  coverResize,
  hashFrames,
  readFrames,
  readImage,
  sliceFrames,
  writeLossless,
} from '@kinemetric/video'
import { describe, expect, test } from 'vitest'
import { hasShared, sharedPath } from '../../../test/shared.ts'
import { prepare, readManifest } from '@kinemetric/benchmark'
import { evaluate } from '../src/index.ts'
import { temporaryFolder } from '../../benchmark/test/temporary-folder.ts'

const ids = ['158990', '243', '84230']
const source = (name: string) => sharedPath('data', 'interdyn-examples', '243', name)
const cut = (frames: Parameters<typeof coverResize>[0], filter: Parameters<typeof coverResize>[3]) =>
  hashFrames(contiguous(centreCrop(coverResize(frames, 256, 384, filter), 256, 384)))

describe.skipIf(!hasShared('data', 'interdyn-examples'))('the real example clips of InterDyn', async () => {
  const root = await temporaryFolder()
  const dataset = join(root, 'data', 'examples')
  await mkdir(dataset, { recursive: true })
  for (const id of ids) await symlink(sharedPath('data', 'interdyn-examples', id), join(dataset, id))
  const offsets = sharedPath('data', 'interdyn-object-mask-offsets.json')

  test('frames 0, 2, …, 26 covered and cropped as InterDyn’s loader does; object masks from their offset', async () => {
    const out = join(root, 'prepared')
    const prepared = await prepare({
      adapter: 'interdyn-examples',
      dataset,
      protocol: 'interdyn-256x384',
      out,
      options: { offsets },
    })
    expect(prepared).toMatchObject({ clips: 3, failures: [], warnings: [] })
    const { clips, root: at } = await readManifest(prepared.manifest)
    const clip = clips.find(({ id }) => id === '243')
    if (clip === undefined) throw new Error('243 is missing')
    expect(clip).toMatchObject({
      window: { start: 0, stride: 2, count: 14 },
      source: { fps: 12 },
      fps: 6,
      geometry: { native: [240, 427], resize: [256, 455], crop: { top: 0, left: 36, height: 256, width: 384 } },
      control: { count: 14 },
      objectMasks: [{ object: 'box', sourceFrame: 9 }],
    })
    const window = { start: 0, stride: 2, count: 14 }
    const video = (await readFrames(source('video.webm'), { window })).pixels
    expect(hashFrames((await readFrames(join(at, clip.reference?.path ?? ''))).pixels)).toBe(
      cut(video, 'pillow-bicubic'),
    )
    const hand = (await readFrames(source('mask_hand.webm'), { window })).pixels
    expect(hashFrames((await readFrames(join(at, clip.control?.dir ?? ''))).pixels)).toBe(cut(hand, 'torch-nearest'))
    const box = (await readFrames(source('mask_box.webm'), { window: { start: 9, stride: 1, count: 1 } })).pixels
    const [mask] = clip.objectMasks ?? []
    expect(hashFrames(await readImage(join(at, mask.path)))).toBe(cut(box, 'torch-nearest'))
    const two = clips.find(({ id }) => id === '158990')?.objectMasks
    expect(two?.map(({ object, sourceFrame }) => `${object} ${sourceFrame}`)).toEqual(['basket 29', 'toys 29'])
  })

  test('the offsets file is found above the dataset; without one the object masks are left out and that is told', async () => {
    const out = join(root, 'without')
    const options = { adapter: 'interdyn-examples', dataset, protocol: 'interdyn-256x384', out }
    const without = await prepare(options)
    expect(without.warnings.map(({ clip }) => clip)).toContain('243')
    expect(without.warnings[0].message).toMatch(/object mask "basket" left out/)
    await cp(offsets, join(root, 'interdyn-object-mask-offsets.json'))
    const found = await prepare(options)
    expect(found).toMatchObject({ warnings: [], kept: 0 })
    await writeFile(join(root, 'broken.json'), '[1]')
    await expect(prepare({ ...options, options: { offsets: join(root, 'broken.json') } })).rejects.toMatchObject({
      code: 'bad-dataset',
    })
  })

  test.skipIf(!hasShared('weights'))('LPIPS of the record is the network’s own, frame 0 left out', async () => {
    const { clips, root: at } = await readManifest(join(root, 'prepared', 'manifest.jsonl'))
    const generated = join(root, 'reversed')
    await mkdir(generated)
    const reference = (await readFrames(join(at, clips[1].reference?.path ?? ''))).pixels
    const reversed = contiguous(reference.step(-1))
    await writeLossless(join(generated, `${clips[1].id}.mkv`), { pixels: reversed, fps: 6 })
    const weightFolders = [sharedPath('weights')]
    const { record, paths } = await evaluate({
      reference: { manifest: join(root, 'prepared', 'manifest.jsonl') },
      generated,
      out: join(root, 'results'),
      metrics: ['lpips'],
      weightFolders,
      cache: false,
    })
    const values = await lpips(sliceFrames(reversed, 1), sliceFrames(reference, 1), { searchPath: weightFolders })
    expect(record.scores[0].value).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / 13, 9)
    expect(record.provenance.weights.map(({ id }) => id)).toEqual(['alexnet', 'lpips-alex'])
    expect(record.clips).toMatchObject({ total: 3, scored: 1, failed: 2 })
    expect((await readFile(paths.hashes, 'utf8')).split('\n')).toHaveLength(2)
  })
})
