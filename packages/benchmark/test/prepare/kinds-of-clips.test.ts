import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  contiguous,
  hashFrames,
  readFrames,
  readImage,
  sliceFrames,
  writeLossless,
  writePngFolder,
} from '@kinemetric/video'
import { beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import {
  type DatasetAdapter,
  type DatasetClip,
  type DatasetItem,
  type Manifest,
  prepare,
  type Preparation,
  readManifest,
  videoSource,
} from '../../src/index.ts'
import { discMask, pattern, smallProtocol } from '../small-benchmark.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const root = await temporaryFolder()
const file = (name: string) => videoSource(join(root, name))

/** Colours that no resize by anything but the nearest pixel would keep: the picture's own. */
const colours = pattern({ phase: 3 })

const optionsSchema = z.strictObject({
  seed: z.coerce.number().default(1).meta({ value: 'number', description: 'which' }),
  list: z.string().optional().meta({ value: 'file', description: 'where' }),
})

/** A dataset of these clips, whatever its folder. */
function dataset(...items: DatasetItem[]): DatasetAdapter<z.infer<typeof optionsSchema>> {
  return {
    id: 'kinds',
    title: 'Clips of every kind',
    options: optionsSchema,
    async *clips() {
      yield* items
    },
  }
}

const long = { id: 'long', name: 'long.mkv', video: file('long.mkv'), window: { start: 4 } }
const drivers = {
  control: file('colours'),
  controlType: 'rgb',
  controlSource: 'scenes',
  controlFrames: 'window',
} as const
const caption = {
  text: 'a disc moves',
  label: 'moving a disc',
  template: 'moving [something]',
  class: 'moving something',
}
const prompt = { id: 'prompt', name: 'first.png', image: file('first'), text: 'a disc' }

let result: Preparation
let manifest: Manifest

beforeAll(async () => {
  await writeLossless(join(root, 'long.mkv'), { pixels: pattern({ frames: 14 }), fps: 6 })
  await writeLossless(join(root, 'masks.mkv'), { pixels: discMask({ frames: 14 }), fps: 6 })
  await writePngFolder(join(root, 'colours'), { pixels: colours, fps: undefined })
  await writePngFolder(join(root, 'first'), { pixels: pattern({ frames: 1, phase: 5 }), fps: undefined })
  const objects = [
    { object: 'of the video', mask: file('masks.mkv'), offset: 0 },
    { object: 'of the window', mask: file('first'), offset: 'window', source: 'boxes' } as const,
  ]
  const adapter = dataset(
    { ...long, ...drivers, ...caption, objects },
    { ...long, id: 'own image', image: file('first') },
    prompt,
    { ...prompt, id: 'prompt with control', control: file('masks.mkv') },
    { facts: { paper: 8667 } },
  )
  result = await prepare({ adapter, dataset: '', protocol: smallProtocol, out: join(root, 'out') })
  manifest = await readManifest(result.manifest)
})

const clipOf = (id: string) => manifest.clips.find((clip) => clip.id === id) ?? expect.unreachable(`no ${id}`)
const framesOf = async (path = '') => hashFrames((await readFrames(join(manifest.root, path))).pixels)
const imageOf = async (path: string) => hashFrames(await readImage(join(manifest.root, path)))

test('a control of the window’s own frames is taken frame by frame, in colour, and says what it is and where it is from', async () => {
  const { control, ...clip } = clipOf('long')
  expect(control).toMatchObject({ type: 'rgb', source: 'scenes', count: 6 })
  expect(await framesOf(control?.dir)).toBe(hashFrames(colours))
  expect(clip).toMatchObject({ schema: 'kinemetric/clip@1', window: { start: 4 }, ...caption })
})

test('object masks are those of the video’s frame, or of the window’s first one', async () => {
  const [ofVideo, ofWindow] = clipOf('long').objectMasks ?? []
  expect(ofVideo).toMatchObject({ sourceFrame: 4 })
  expect(ofVideo).not.toHaveProperty('source')
  expect(await imageOf(ofVideo.path)).toBe(hashFrames(contiguous(sliceFrames(discMask({ frames: 14 }), 4, 1, 1))))
  expect(ofWindow).toMatchObject({ sourceFrame: 0, source: 'boxes' })
  expect(await imageOf(ofWindow.path)).toBe(hashFrames(pattern({ frames: 1, phase: 5 })))
})

test('an image of its own is what methods get, and the reference stays the video’s', async () => {
  const { image, reference } = clipOf('own image')
  expect(await imageOf(image.path)).toBe(hashFrames(pattern({ frames: 1, phase: 5 })))
  expect(await framesOf(reference?.path)).toBe(hashFrames(contiguous(sliceFrames(pattern({ frames: 14 }), 4, 1, 6))))
})

test('a prompt has an image and no reference, as many frames as the protocol wants, and a control where it has one', async () => {
  const blind = clipOf('prompt')
  expect(blind).toMatchObject({
    schema: 'kinemetric/prompt@1',
    window: { start: 0, stride: 1, count: 6 },
    text: 'a disc',
  })
  expect(blind.reference).toBeUndefined()
  expect(blind.fps).toBe(6)
  const { control } = clipOf('prompt with control')
  expect(await framesOf(control?.dir)).toBe(hashFrames(contiguous(sliceFrames(discMask({ frames: 14 }), 0, 1, 6))))
})

test('prepare.json counts the kinds of control and has what the dataset says of itself', async () => {
  expect(result.controls).toEqual({ mask: 1, none: 2, 'rgb scenes': 1 })
  const report: unknown = JSON.parse(await readFile(join(root, 'out', 'prepare.json'), 'utf8'))
  expect(report).toMatchObject({ controls: result.controls, paper: 8667, options: { seed: 1 } })
})

test('a clip is made again when any of what decides it is another, and only then', async () => {
  const out = join(root, 'again')
  const clip = { ...long, ...drivers, ...caption, crop: { top: 0, left: 0 } }
  const kept = async (changed: Partial<DatasetClip>, options?: Record<string, unknown>) => {
    const adapter = dataset({ ...clip, ...changed })
    const { kept: number } = await prepare({
      adapter,
      dataset: '',
      protocol: smallProtocol,
      out,
      options,
      overwrite: true,
    })
    return number
  }
  expect(await kept({})).toBe(0)
  expect(await kept({})).toBe(1)
  const changes: Parameters<typeof kept>[] = [
    [{ text: 'other words' }],
    [{ label: 'other words' }],
    [{ template: 'other words' }],
    [{ class: 'other words' }],
    [{ controlSource: 'elsewhere' }],
    [{ window: { start: 5 } }],
    [{}, { seed: 2 }],
  ]
  for (const change of changes) {
    expect(await kept(...change), JSON.stringify(change)).toBe(0)
    expect(await kept({}), JSON.stringify(change)).toBe(0)
  }
  // Where a list lies decides nothing.
  expect(await kept({}, { list: '/elsewhere/list.json' })).toBe(1)
})

test('a folder prepared with other options is not mixed up, and both are told', async () => {
  const options = { adapter: dataset(long), dataset: '', protocol: smallProtocol, out: join(root, 'seeds') }
  await prepare(options)
  await expect(prepare({ ...options, options: { seed: 2 } })).rejects.toMatchObject({
    code: 'other-inputs',
    expected: /, seed 2$/,
    found: /, seed 1$/,
  })
})

test('a control of another number of frames than the clip has is its failure, and so is a prompt without an image', async () => {
  const adapter = dataset(
    { ...long, ...drivers, control: file('first') },
    { id: 'blank', name: 'blank' },
    { ...prompt },
  )
  const { failures } = await prepare({ adapter, dataset: '', protocol: smallProtocol, out: join(root, 'bad') })
  expect(failures).toMatchObject([
    { clip: 'long', reason: 'mask-frame-count', message: /expected 6 mask frames, one a frame of the clip, found 1/ },
    { clip: 'blank', reason: 'dataset', message: /expected a video or an image, found neither/ },
  ])
})

test('facts that prepare.json has of every dataset are the adapter’s mistake', async () => {
  const adapter = dataset(long, { facts: { clips: 3 } })
  await expect(
    prepare({ adapter, dataset: '', protocol: smallProtocol, out: join(root, 'facts') }),
  ).rejects.toMatchObject({
    code: 'bad-dataset',
    found: /clips/,
  })
})
