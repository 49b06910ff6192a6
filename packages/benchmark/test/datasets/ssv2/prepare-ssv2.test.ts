import { chmod, cp, mkdir, readFile, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  contiguous,
  frameArray,
  hashFrames,
  readFrames,
  readImage,
  sliceFrames,
  writePngFolder,
} from '@kinemetric/video'
import { beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { hasShared, sharedPath } from '../../../../../test/shared.ts'
import { type MaskDrawer, planPreparation, prepare, readManifest } from '../../../src/index.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { layMini, type Mini } from './mini.ts'

const root = await temporaryFolder()

const stateSchema = z.object({
  videos: z.object({ found: z.number(), missing: z.array(z.string()), unreadable: z.array(z.string()) }),
})

/** The hash of each clip's frames, by its name. */
const hashes = async (folder: string) =>
  new Map(
    (await readManifest(join(folder, 'manifest.jsonl'))).clips.map((clip) => [clip.id, clip.reference?.framesSha256]),
  )

/** The numbers, from 1, of the frames that a window uses. */
const used = (start: number) => Array.from({ length: 14 }, (_, index) => start + 2 * index + 1)

/** Whether columns are found beside each that is wanted, and nowhere else. */
const near = (found: readonly number[], wanted: readonly number[]) =>
  wanted.every((x) => found.some((column) => Math.abs(column - x) <= 1)) && found.length <= 2 * wanted.length

describe.skipIf(!hasShared('data', 'ssv2-mini'))('preparing a small copy of Something-Something-v2', () => {
  let mini: Mini
  /** Few videos, so that cutting them takes little: two of the published ones and two made ones. */
  const ids = ['243', '35671', '8445', '900007']

  const options = (given: Record<string, unknown> = {}) => ({
    adapter: 'ssv2',
    dataset: '',
    protocol: 'ssv2-256x384',
    cache: join(root, 'cache'),
    options: { ...mini, control: 'box', ...given },
  })

  beforeAll(async () => {
    const whole = await layMini(join(root, 'whole'))
    mini = { ...whole, videos: join(root, 'videos') }
    await mkdir(mini.videos)
    for (const id of ids) await symlink(join(whole.videos, `${id}.webm`), join(mini.videos, `${id}.webm`))
  })

  test('a plan says what would be kept and why, cuts nothing and needs no masks', async () => {
    const plan = await planPreparation(options({ control: 'sam2' }))
    expect(plan).toMatchObject({
      dataset: 'ssv2',
      protocol: { id: 'ssv2-256x384' },
      options: { split: 'validation', behind: 'occluding', visible: 'continuous', seed: 0, control: 'sam2' },
      clips: 3,
      paper: 8667,
      removed: { 900001: 'class-pretending', 35671: 'not-visible', 137875: 'no-video' },
      masks: { pictures: 42, networks: { 'sam2.1-large': { hoursOnA100: expect.any(Number) } } },
    })
    expect(plan.funnel?.map(({ stage }) => stage)).toEqual([
      'rows',
      'class-pretending',
      'class-behind',
      'no-boxes',
      'no-video',
      'unreadable',
      'too-small',
      'too-short',
      'not-visible',
      'kept',
    ])
    expect(plan.funnel?.at(-1)).toEqual({ stage: 'kept', removed: 0, left: 3 })
    expect(plan).not.toHaveProperty('options.videos')
    const cropped = await planPreparation(options({ visibleIn: 'crop' }))
    expect(cropped.funnel?.at(-2)?.stage).toBe('cropped-out')
  })

  test('clips have their own window and crop, boxes for a control and the labels as texts', async () => {
    const out = join(root, 'boxes')
    const prepared = await prepare({ ...options(), out })
    expect(prepared).toMatchObject({ clips: 3, failures: [], controls: { 'box boxes': 3 } })
    const { clips, root: at } = await readManifest(join(out, 'manifest.jsonl'))
    expect(clips.map(({ id }) => id)).toEqual(['243', '8445', '900007'])
    const clip = clips[2]
    expect(clip).toMatchObject({
      text: 'lifting a block up completely without letting it drop down',
      template: 'Lifting [something] up completely without letting it drop down',
      class: 'Lifting something up completely without letting it drop down',
      window: { start: 18, stride: 2, count: 14 },
      geometry: { resize: [256, 455] },
      control: { type: 'box', count: 14, source: 'boxes' },
      objectMasks: [{ object: 'block', sourceFrame: 18, source: 'boxes', frames: { count: 14 } }],
    })
    const report = JSON.parse(await readFile(join(out, 'prepare.json'), 'utf8'))
    const facts = report.kept['900007']
    expect(clip.geometry.crop).toMatchObject(facts.crop)
    const control = (await readFrames(join(at, clip.control?.dir ?? ''))).pixels
    // Two boxes in the first frame: x 270 to 330 and 360 to 420 of 427, y 85 to 133 of 240, in pixels of 455 × 256 less the crop.
    const [block] = clip.objectMasks ?? []
    const each = (await readFrames(join(at, block.frames?.dir ?? ''))).pixels
    const first = await readImage(join(at, block.path))
    expect(hashFrames(contiguous(sliceFrames(each, 0, 1, 1)))).toBe(hashFrames(first))
    // It is lifted: its box is another one at the end.
    expect(hashFrames(contiguous(sliceFrames(each, 13, 1, 1)))).not.toBe(hashFrames(first))
    const whiteColumns = (y: number) =>
      Array.from({ length: 384 }, (_, x) => x).filter((x) => control.get(0, y, x, 0) === 255)
    const columns = whiteColumns(110).map((x) => Math.floor(((x + facts.crop.left) * 427) / 455))
    expect(Math.min(...columns)).toBe(270)
    expect(columns).not.toContain(345)
    expect(whiteColumns(20)).toEqual([])
    const again = await prepare({ ...options(), out })
    expect(again.kept).toBe(3)
    // What the protocol has may be confirmed, and makes no other preparation of it.
    const confirmed = { size: '256x384', frames: '14', stride: '2' }
    expect(await prepare({ ...options(confirmed), out })).toMatchObject({ kept: 3 })
    // Every option is recorded, and another value of one is another preparation.
    await expect(prepare({ ...options({ hands: 'largest' }), out })).rejects.toMatchObject({ code: 'other-inputs' })
  })

  test('with the crop in the centre the frames are those of the published clips', async () => {
    const out = join(root, 'centre')
    await prepare({ ...options({ crop: 'centre' }), out })
    const examples = join(root, 'examples')
    await mkdir(examples)
    for (const id of ['243', '8445']) await symlink(sharedPath('data', 'interdyn-examples', id), join(examples, id))
    await prepare({
      adapter: 'interdyn-examples',
      dataset: examples,
      protocol: 'interdyn-256x384',
      out: join(root, 'published'),
    })
    const [ours, theirs] = [await hashes(out), await hashes(join(root, 'published'))]
    expect([...theirs.keys()]).toEqual(['243', '8445'])
    for (const [id, hash] of theirs) expect(ours.get(id)).toBe(hash)
  })

  test('masks come from a folder, and what does not fit fails by name', async () => {
    const masks = join(root, 'masks')
    const write = async (
      id: string,
      object: string,
      frames: readonly number[],
      [height, width]: readonly [number, number],
    ) => {
      const folder = join(masks, id, object)
      await writePngFolder(`${folder}.tmp`, {
        pixels: frameArray(new Uint8Array(frames.length * height * width * 3).fill(1), frames.length, height, width),
        fps: undefined,
      })
      await mkdir(folder, { recursive: true })
      for (const [index, frame] of frames.entries())
        await rename(
          join(`${folder}.tmp`, `frame_${String(index).padStart(4, '0')}.png`),
          join(folder, `${String(frame).padStart(4, '0')}.png`),
        )
      await rm(`${folder}.tmp`, { recursive: true })
    }
    await write('900007', 'hand', used(18), [240, 427])
    await write('900007', '0000', [19], [240, 427])
    await write('243', 'hand', used(0), [120, 427])
    await write('8445', 'hand', [1, 3, 5], [240, 427])
    const out = join(root, 'masked')
    const given = options({ control: 'masks', masks })
    const { clips, failures, warnings, controls } = await prepare({ ...given, out })
    expect({ clips, controls }).toEqual({ clips: 1, controls: { 'mask folder': 1 } })
    expect(failures.map(({ clip, reason }) => `${clip} ${reason}`)).toEqual(['243 wrong-size', '8445 mask-frame-count'])
    expect(warnings.filter(({ message }) => message.includes('left out: no masks')).map(({ clip }) => clip)).toEqual([
      '243',
      '8445',
      '8445',
    ])
    const manifest = await readManifest(join(out, 'manifest.jsonl'))
    const control = (await readFrames(join(manifest.root, manifest.clips[0].control?.dir ?? ''))).pixels
    // Ones in the file are the mask, and 255 in the control.
    expect(control.data.every((value) => value === 255)).toBe(true)
    expect(manifest.clips[0].objectMasks).toHaveLength(1)
    expect(manifest.clips[0].objectMasks?.[0]).not.toHaveProperty('frames')
    // Some frames are told; all of them are masks of every frame.
    await write('900007', '0000', used(18).slice(0, 9), [240, 427])
    const some = await prepare({ ...given, out: join(root, 'masked-some') })
    expect(some.warnings.map(({ message }) => message)).toContain(
      'masks of "block" are known of 9 of the clip\'s 14 frames: no score of its region',
    )
    await rm(join(masks, '900007', '0000'), { recursive: true })
    await write('900007', '0000', used(18), [240, 427])
    await prepare({ ...given, out: join(root, 'masked-each') })
    const [whole] = (await readManifest(join(root, 'masked-each', 'manifest.jsonl'))).clips
    expect(whole.objectMasks?.[0]).toMatchObject({ object: 'block', source: 'folder', frames: { count: 14 } })
    await write('900007', 'hand', [65], [240, 427])
    const beyond = await prepare({ ...given, out, options: { ...given.options } }).catch((error: unknown) => error)
    expect(beyond).toMatchObject({ code: 'no-clips' })
  })

  test('masks that are drawn are drawn by boxes of the original video, and say what drew them', async () => {
    const videos = join(root, 'one')
    await mkdir(videos)
    await symlink(join(mini.videos, '900007.webm'), join(videos, '900007.webm'))
    const asked: Parameters<MaskDrawer['draw']>[0][] = []
    const drawMasks: MaskDrawer = {
      source: 'test/box-per-frame',
      async draw(of) {
        asked.push(of)
        for (const [object, prompts] of Map.groupBy(of.prompts, (prompt) => prompt.object)) {
          const pixels = frameArray(new Uint8Array(64 * 240 * 427 * 3), 64, 240, 427)
          for (const { frame, box } of prompts) pixels.set(frame, Math.ceil(box[1]), Math.ceil(box[0]), 0, 255)
          await writePngFolder(join(root, 'drawn', object), { pixels, fps: undefined })
        }
        return join(root, 'drawn')
      },
    }
    const out = join(root, 'drawn-out')
    const given = options({ control: 'sam2', videos, objectMask: 'union' })
    expect(await prepare({ ...given, drawMasks: async () => drawMasks, out })).toMatchObject({
      clips: 1,
      failures: [],
      controls: { 'mask test/box-per-frame': 1 },
    })
    expect(asked).toMatchObject([{ clip: '900007', video: join(videos, '900007.webm') }])
    const counts = Map.groupBy(asked[0].prompts, ({ object }) => object)
    // Two hands from the window's frame 18 to frame 40, one until 44; the object in all of them.
    expect([...counts].map(([object, prompts]) => `${object} ${prompts.length}`)).toEqual([
      'hand 14',
      'hand-2 12',
      '0000 14',
    ])
    const { clips, root: at } = await readManifest(join(out, 'manifest.jsonl'))
    const control = (await readFrames(join(at, clips[0].control?.dir ?? ''))).pixels
    const white = (frame: number) => control.pick(frame, null, null, 0)
    const columns = (frame: number) =>
      Array.from({ length: 384 }, (_, x) => x).filter((x) =>
        Array.from({ length: 256 }, (_, y) => white(frame).get(y, x)).includes(255),
      )
    // Corners at x 270 and 360 of 427, in pixels of 455 less the crop: in the first frame both, in the last one the first.
    const left = clips[0].geometry.crop.left
    const expected = [270, 360].map((x) => Math.round((x * 455) / 427) - left)
    expect(near(columns(0), expected)).toBe(true)
    expect(near(columns(13), expected.slice(0, 1))).toBe(true)
    expect(clips[0].objectMasks).toMatchObject([
      { object: 'block', source: 'test/box-per-frame', frames: { count: 14 } },
    ])
  })

  test('what is chosen of masks stands in prepare.json, and another choice is refused before anything is drawn', async () => {
    const videos = join(root, 'chosen')
    await mkdir(videos)
    await symlink(join(mini.videos, '900007.webm'), join(videos, '900007.webm'))
    let drawn = 0
    const drawer = (maskMode?: string): MaskDrawer => ({
      source: 'test',
      ...(maskMode === undefined ? {} : { options: { maskMode } }),
      async draw(of) {
        if (drawn++ > 0) return join(root, 'chosen-masks')
        const pixels = frameArray(new Uint8Array(64 * 240 * 427 * 3).fill(255), 64, 240, 427)
        for (const object of new Set(of.prompts.map((prompt) => prompt.object)))
          await writePngFolder(join(root, 'chosen-masks', object), { pixels, fps: undefined })
        return join(root, 'chosen-masks')
      },
    })
    const out = join(root, 'chosen-out')
    const make = (maskMode: string | undefined, more: Record<string, unknown> = {}) =>
      prepare({ ...options({ control: 'sam2', videos, ...more }), drawMasks: async () => drawer(maskMode), out })
    // As earlier builds left it: they wrote nothing of the masks.
    await make(undefined)
    await make('box-per-frame')
    expect(JSON.parse(await readFile(join(out, 'prepare.json'), 'utf8'))).toMatchObject({
      options: { control: 'sam2', maskMode: 'box-per-frame' },
    })
    await make('box-per-frame')
    const before = drawn
    await expect(make('box-propagate')).rejects.toMatchObject({
      code: 'other-inputs',
      message: /maskMode "box-propagate", found .*maskMode "box-per-frame"; .*--overwrite/,
    })
    await expect(make('box-per-frame', { window: 'first' })).rejects.toMatchObject({ code: 'other-inputs' })
    await expect(prepare({ ...options({ control: 'box', videos }), out })).rejects.toMatchObject({
      code: 'other-inputs',
    })
    expect(drawn).toBe(before)
  })

  test('what is wrong with the copy as a whole is said, with what helps', async () => {
    const refused = (given: Record<string, unknown>) => prepare({ ...options(given), out: join(root, 'refused') })
    await expect(refused({ control: 'sam2' })).rejects.toMatchObject({ code: 'no-masks', message: /--control box/ })
    await expect(refused({ control: 'masks' })).rejects.toMatchObject({ code: 'bad-option' })
    await expect(refused({ masks: 'x' })).rejects.toMatchObject({ code: 'bad-option' })
    await expect(refused({ minFrames: '26' })).rejects.toMatchObject({ code: 'bad-option', message: /27 or more/ })
    await expect(refused({ control: 'masks', masks: join(root, 'nowhere') })).rejects.toMatchObject({
      code: 'bad-option',
      message: /^--masks .*nowhere: expected a readable folder of masks .* found nothing of that name/,
    })
    await expect(refused({ minSize: 'middle' })).rejects.toMatchObject({
      code: 'bad-option',
      message: 'ssv2: expected options that fit, found --min-size: expected one of "fit-height"|"native"|"none"',
    })
    await expect(refused({ offsets: 'x' })).rejects.toMatchObject({ message: /\(--videos, .*\), found --offsets$/ })
    await expect(refused({ stride: '4' })).rejects.toMatchObject({
      code: 'bad-option',
      message: /--stride: expected 2.*init --from ssv2-256x384 > mine\.json, write "window": \{"stride": 4, …\}/,
    })
    await expect(refused({ frames: '7' })).rejects.toMatchObject({ message: /"window": \{"frames": 7, …\}/ })
    await expect(refused({ frames: '0' })).rejects.toMatchObject({ code: 'bad-option' })
    await expect(refused({ size: '256x256' })).rejects.toMatchObject({
      code: 'bad-option',
      message: /expected 256x384.*"geometry": \{"size": \[256, 256\], …\}/,
    })
    await expect(prepare({ ...options(), protocol: 'as-is', out: join(root, 'refused') })).rejects.toMatchObject({
      code: 'bad-protocol',
    })
    const parts = join(root, 'parts')
    await mkdir(parts)
    for (const part of ['00', '01.zip']) await writeFile(join(parts, `20bn-something-something-v2-${part}`), '')
    const message =
      /pieces of the archive .*-00, .*-01\.zip.*unpack all of them: cat 20bn-something-something-v2-\?\?\* \| tar xz/
    await expect(refused({ videos: parts })).rejects.toMatchObject({ code: 'bad-dataset', message })
    await writeFile(join(parts, '20bn-something-something-v2-00'), 'PK')
    await mkdir(join(parts, 'inside'))
    await expect(refused({ videos: join(parts, 'inside') })).rejects.toMatchObject({
      message: /do unzip "\$part"; done; cat/,
    })
    const plan = await planPreparation(options({ videos: parts }))
    expect(plan).toMatchObject({ clips: 0, copy: { videos: { unpack: /\| tar xz$/ } } })
    const strangers = join(root, 'strangers.json')
    await writeFile(strangers, '{"1": [], "2": []}')
    await expect(refused({ boxes: [strangers] })).rejects.toMatchObject({
      code: 'no-clips',
      message: /none of the rows is among their 2/,
    })
    await writeFile(strangers, '{}')
    await expect(refused({ boxes: [strangers] })).rejects.toMatchObject({ message: /; the box files have no videos/ })
    for (const minFrames of ['-3', '0', '2.5', 'x'])
      await expect(refused({ minFrames })).rejects.toMatchObject({
        message: `ssv2: expected options that fit, found --min-frames: expected a whole number from 1, found "${minFrames}"`,
      })
    await expect(refused({ seed: '-1' })).rejects.toMatchObject({ message: /--seed: expected a whole number from 0/ })
    const centre = { ...options(), protocol: 'interdyn-256x384', out: join(root, 'cropped elsewhere') }
    await expect(prepare(centre)).rejects.toMatchObject({
      code: 'bad-option',
      message: /--crop: expected centre, as the geometry\.crop of interdyn-256x384 is, found objects/,
    })
    await expect(refused({ videos: join(root, 'nowhere') })).rejects.toMatchObject({ code: 'bad-dataset' })
    const empty = join(root, 'empty')
    await mkdir(empty)
    await expect(refused({ videos: empty })).rejects.toMatchObject({
      code: 'no-clips',
      message: /left out: .*no-video 37; no videos there: expected 180057\.webm.*prepare\.json says of every row why$/,
    })
    await writeFile(join(empty, 'labels.json'), await readFile(join(mini.labels, 'labels.json')))
    await writeFile(join(empty, 'validation.json'), '')
    await expect(refused({ labels: empty })).rejects.toMatchObject({ message: /validation\.json: .*an empty file/ })
    await writeFile(join(empty, 'validation.json'), '[]')
    await expect(refused({ labels: empty })).rejects.toMatchObject({ code: 'bad-dataset', message: /found none$/ })
  })

  test.skipIf(process.getuid?.() === 0)('a folder that may not be read is said', async () => {
    const closed = join(root, 'closed')
    await mkdir(closed)
    await chmod(closed, 0)
    const refused = prepare({ ...options({ videos: closed }), out: join(root, 'refused') })
    await expect(refused).rejects.toMatchObject({ message: /something that this user may not read/ })
    await chmod(closed, 0o700)
  })

  test('two videos with one id, a cut video and one of another rate are told apart', async () => {
    const videos = join(root, 'odd')
    await mkdir(videos)
    await cp(join(mini.videos, '243.webm'), join(videos, '243.webm'), { dereference: true })
    await cp(join(mini.videos, '243.webm'), join(videos, '243.mp4'), { dereference: true })
    const bytes = await readFile(join(mini.videos, '900007.webm'))
    await writeFile(join(videos, '900007.webm'), bytes.subarray(0, bytes.length - 2000))
    await symlink(join(root, 'gone.webm'), join(videos, '8445.webm'))
    const plan = await planPreparation(options({ videos }))
    // A link to nothing is a video that is missing, and nothing else, wherever it is spoken of.
    expect(plan.removed).toMatchObject({ 8445: 'no-video' })
    expect(plan.warnings.filter(({ clip }) => clip === '8445')).toEqual([
      { clip: '8445', reason: 'no-video', message: '8445.webm is a link that leads to nothing' },
    ])
    const { found, missing, unreadable } = stateSchema.parse(plan.copy).videos
    expect(found).toBe(2)
    expect(missing).toContain('8445')
    expect(unreadable).toEqual([])
    expect(plan.warnings).toContainEqual({
      clip: '243',
      reason: 'repeated-video',
      message: 'several videos of one id (243.mp4, 243.webm): 243.webm is taken',
    })
    expect(plan.warnings).toContainEqual(expect.objectContaining({ clip: '900007', reason: 'video-damaged' }))
    expect(await readdir(videos)).toHaveLength(4)
  })
})
