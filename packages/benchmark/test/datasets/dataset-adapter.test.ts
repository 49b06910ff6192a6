import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  contiguous,
  coverResize,
  cropFrames,
  hashFrames,
  readFrames,
  sliceFrames,
  writeLossless,
} from '@kinemetric/video'
import { expect, test } from 'vitest'
import { z } from 'zod'
import {
  type DatasetAdapter,
  type FrameSource,
  optionTexts,
  prepare,
  readManifest,
  videoSource,
} from '../../src/index.ts'
import { discMask, pattern, smallProtocol } from '../small-benchmark.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const root = await temporaryFolder()
const video = join(root, 'tall.mkv')
await writeLossless(video, { pixels: pattern({ frames: 12, height: 72, width: 64 }), fps: 6 })
const boxes = join(root, 'boxes.json')
await writeFile(boxes, JSON.stringify({ frames: 12 }))

/** Masks that are in no video: drawn when they are read. */
const drawn: FrameSource = {
  files: [boxes],
  rate: () => Promise.resolve(undefined),
  read: ({ start, stride, count }) => {
    const pixels = discMask({ frames: 12, height: 72, width: 64 })
    const total = pixels.shape[0]
    const wanted = count === 'all' ? Math.ceil((total - start) / stride) : count
    const kept = Array.from({ length: wanted }, (_, t) => start + t * stride).filter((frame) => frame < total)
    return Promise.resolve({ pixels: contiguous(sliceFrames(pixels, start, stride, kept.length)), total })
  },
}

const optionsSchema = z.strictObject({
  shortest: z.coerce.number().default(1).meta({ value: 'frames', description: 'leave out what is shorter' }),
})

/** A dataset whose rows carry their own window and crop, and are left out by rules. */
const selected: DatasetAdapter<z.infer<typeof optionsSchema>> = {
  id: 'selected',
  title: 'Rows with rules',
  options: optionsSchema,
  stages: ['too-short', 'not-visible'],
  async *clips(_, { shortest }) {
    yield { id: 'hidden', removedAt: 'not-visible' }
    if (shortest > 12) yield { id: 'own', removedAt: 'too-short' }
    else
      yield {
        id: 'own',
        video: videoSource(video),
        name: 'tall.mkv',
        window: { start: 4 },
        crop: { top: 20, left: 0 },
        control: drawn,
        objects: [{ object: 'ball', mask: drawn, offset: 0 }],
      }
    yield { id: 'plain', video: videoSource(video), name: 'tall.mkv' }
    yield { id: 'broken', problem: 'its annotation is no JSON' }
  },
}

const options = { adapter: selected, dataset: root, protocol: smallProtocol }

test('a clip has its own window and crop, for its masks too, wherever those come from; the protocol has them for the others', async () => {
  const { manifest } = await prepare({ ...options, out: join(root, 'own') })
  const { clips, root: at } = await readManifest(manifest)
  const [own, plain] = clips
  expect(own).toMatchObject({ window: { start: 4 }, geometry: { crop: { top: 20, left: 0, height: 48, width: 64 } } })
  expect(plain).toMatchObject({ window: { start: 0 }, geometry: { crop: { top: 12, left: 0 } } })
  const source = pattern({ frames: 12, height: 72, width: 64 })
  const cut = contiguous(
    cropFrames(coverResize(sliceFrames(source, 4, 1, 6), 48, 64, 'pillow-bicubic'), { top: 20, left: 0 }, 48, 64),
  )
  expect(own.reference?.framesSha256).toBe(hashFrames(cut))
  const masks = discMask({ frames: 12, height: 72, width: 64 })
  const { pixels } = await readFrames(join(at, own.control?.dir ?? ''))
  expect(hashFrames(pixels)).toBe(
    hashFrames(contiguous(cropFrames(sliceFrames(masks, 4, 1, 6), { top: 20, left: 0 }, 48, 64))),
  )
  expect(own.objectMasks).toMatchObject([{ object: 'ball', sourceFrame: 4 }])
})

test('rows that a rule leaves out are counted in the funnel of prepare.json and are no failures', async () => {
  const out = join(root, 'funnel')
  const { funnel, removed, failures } = await prepare({ ...options, out, options: { shortest: '20' } })
  const expected = [
    { stage: 'rows', removed: 0, left: 4 },
    { stage: 'too-short', removed: 1, left: 3 },
    { stage: 'not-visible', removed: 1, left: 2 },
    { stage: 'kept', removed: 0, left: 2 },
  ]
  expect(funnel).toEqual(expected)
  expect(removed).toEqual({ hidden: 'not-visible', own: 'too-short' })
  expect(failures).toEqual([{ clip: 'broken', reason: 'dataset', message: 'its annotation is no JSON' }])
  expect(JSON.parse(await readFile(join(out, 'prepare.json'), 'utf8'))).toMatchObject({
    clips: 1,
    failures,
    funnel: expected,
    removed,
  })
})

test('a clip is prepared anew when its window or a file of its sources changes', async () => {
  const out = join(root, 'again')
  await prepare({ ...options, out })
  expect(await prepare({ ...options, out })).toMatchObject({ clips: 2, kept: 2 })
  await writeFile(boxes, JSON.stringify({ frames: 12, redrawn: true }))
  expect(await prepare({ ...options, out })).toMatchObject({ clips: 2, kept: 1 })
  const moved: typeof selected = {
    ...selected,
    async *clips(folder, given, context) {
      for await (const item of selected.clips(folder, given, context))
        yield 'window' in item ? { ...item, window: { start: 5 } } : item
    },
  }
  expect(await prepare({ ...options, adapter: moved, out })).toMatchObject({ clips: 2, kept: 1 })
})

test('options are declared by the dataset, in words for the command line, and refused where it has none of that name', async () => {
  expect(optionTexts(selected)).toEqual([
    { name: 'shortest', value: 'frames', kind: 'value', description: 'leave out what is shorter', decides: true },
  ])
  const out = join(root, 'refused')
  await expect(prepare({ ...options, out, options: { longest: 3 } })).rejects.toMatchObject({
    code: 'bad-option',
    message: /selected: expected options of this dataset \(--shortest\), found .*--longest/,
  })
  await expect(prepare({ ...options, adapter: 'physics', out, options: { offsets: 'x' } })).rejects.toMatchObject({
    code: 'bad-option',
  })
})
