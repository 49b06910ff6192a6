import { mkdir, symlink, writeFile } from 'node:fs/promises'
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
import { beforeAll, describe, expect, test } from 'vitest'
import { findProtocol, type ManifestClip, prepare, type Protocol, readManifest } from '../../src/index.ts'
import { changed, discMask, pattern, smallProtocol } from '../small-benchmark.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const root = await temporaryFolder()
const at = (...parts: string[]) => join(root, ...parts)
const video = (folder: string, name: string, frames = 14, phase = 0) =>
  writeLossless(at(folder, `${name}.mkv`), { pixels: pattern({ frames, phase }), fps: 6 })

let outs = 0
function clipOf(clips: readonly ManifestClip[], id: string): ManifestClip {
  const found = clips.find((each) => each.id === id)
  if (found === undefined) throw new Error(`no ${id} in ${clips.map((each) => each.id).join(', ')}`)
  return found
}
/** Prepares `folder` with these options. */
async function prepared(
  folder: string,
  options: Record<string, unknown> = {},
  protocol: Protocol | string = smallProtocol,
) {
  const out = at(`out ${outs++}`)
  const result = await prepare({ adapter: 'folder', dataset: at(folder), protocol, out, options })
  const { clips } = await readManifest(result.manifest)
  const clip = (id: string) => clipOf(clips, id)
  return { ...result, ids: clips.map(({ id }) => id), clip, at: (path = '') => join(out, path) }
}
const framesOf = async (path: string) => hashFrames((await readFrames(path)).pixels)
const window = (start: number, phase = 0) =>
  hashFrames(contiguous(sliceFrames(pattern({ frames: 14, phase }), start, 1, 6)))

beforeAll(async () => {
  for (const folder of ['videos', 'controls', 'masks/push', 'still masks', 'takes', 'prompts', 'twice'])
    await mkdir(at(folder), { recursive: true })
  await video('videos', 'push')
  await video('videos', 'pull a cup', 14, 1)
  await writePngFolder(at('first', 'one'), { pixels: pattern({ frames: 1, phase: 7 }), fps: undefined })
  await symlink(at('first', 'one', 'frame_0000.png'), at('first', 'push.png'))
  await writeLossless(at('controls', 'push.mkv'), { pixels: discMask({ frames: 14 }), fps: 6 })
  await writePngFolder(at('controls', 'nobody'), { pixels: discMask({ frames: 1 }), fps: undefined })
  await writeLossless(at('masks', 'push', 'ball.mkv'), { pixels: discMask({ frames: 14 }), fps: 6 })
  await symlink(at('first', 'one', 'frame_0000.png'), at('masks', 'push', 'cup.png'))
  for (const take of ['s0', 's1', 's10'])
    await writePngFolder(at('takes', 'fall', take), { pixels: pattern({ phase: take.length }), fps: undefined })
  await writePngFolder(at('takes', 'alone', 's0'), { pixels: pattern(), fps: undefined })
  for (const name of ['a', 'b c']) await symlink(at('first', 'one', 'frame_0000.png'), at('prompts', `${name}.png`))
})

test('as-is keeps names with spaces, and a folder alone gives the clips that it always gave', async () => {
  const { ids, clip, notes } = await prepared('videos', {}, 'as-is')
  expect(ids).toEqual(['pull a cup', 'push'])
  expect(clip('pull a cup')).toMatchObject({ source: { video: 'pull a cup.mkv' }, window: { start: 0, count: 14 } })
  expect(notes).toEqual([])
})

describe('what lies beside the videos is found by their names', () => {
  test('first frames, controls and object masks, of the first frame or of every one', async () => {
    const options = { firstFrames: at('first'), controls: at('controls'), objectMasks: at('masks'), starts: '3' }
    const made = await prepared('videos', options)
    const push = made.clip('push')
    expect(push).toMatchObject({ window: { start: 3 }, control: { type: 'mask', source: 'folder', count: 6 } })
    expect(await framesOf(made.at(push.control?.dir))).toBe(
      hashFrames(contiguous(sliceFrames(discMask({ frames: 14 }), 3, 1, 6))),
    )
    expect(hashFrames(await readImage(made.at(push.image.path)))).toBe(hashFrames(pattern({ frames: 1, phase: 7 })))
    expect(await framesOf(made.at(push.reference?.path))).toBe(window(3))
    expect(push.objectMasks).toMatchObject([
      { object: 'ball', sourceFrame: 3, source: 'folder' },
      { object: 'cup', sourceFrame: 0, source: 'folder' },
    ])
    const other = made.clip('pull a cup')
    expect([other.control, other.objectMasks]).toEqual([undefined, undefined])
    expect(made.notes).toEqual([
      '1 first frames passed over: one (no clip has their names)',
      '1 control signals passed over: nobody (no clip has their names)',
    ])
  })

  test('kinds of control are as they are called, and counted in the preparation', async () => {
    const made = await prepared('videos', { controls: at('controls'), controlType: 'box' })
    expect(made.clip('push').control).toMatchObject({ type: 'box', source: 'folder' })
    expect(made.controls).toEqual({ 'box folder': 1, none: 1 })
    await expect(prepared('videos', { controls: at('controls'), controlType: 'depth' })).rejects.toMatchObject({
      code: 'bad-option',
      found: /controlType/,
    })
  })
})

test('a clip that lacks what others have is warned of by name, and prepared without it', async () => {
  await writeFile(at('some.csv'), 'video,text\npush,a cup\n')
  const options = {
    firstFrames: at('first'),
    controls: at('controls'),
    objectMasks: at('masks'),
    captions: at('some.csv'),
  }
  const { warnings, ids } = await prepared('videos', options)
  expect(ids).toEqual(['pull a cup', 'push'])
  expect(warnings).toEqual([
    { clip: 'pull a cup', reason: 'no-first-frame', message: 'no first frame of its name in first' },
    { clip: 'pull a cup', reason: 'no-control', message: 'no control signal of its name in controls' },
    { clip: 'pull a cup', reason: 'no-object-masks', message: 'no object masks of its name in masks' },
    { clip: 'pull a cup', reason: 'no-caption', message: 'no row of its name in some.csv' },
  ])
})

describe('texts', () => {
  test('of a CSV, by file or name, with a byte order mark, commas in quotes and a column that means nothing', async () => {
    const csv = '\uFEFFFile,Caption,class,mood\npush.mkv,"a hand, pushing",pushing,good\nnobody,text,,\n'
    await writeFile(at('texts.csv'), csv)
    const made = await prepared('videos', { captions: at('texts.csv') })
    expect(made.clip('push')).toMatchObject({ text: 'a hand, pushing', class: 'pushing' })
    expect(made.clip('pull a cup')).not.toHaveProperty('text')
    expect(made.notes).toEqual([
      'columns of texts.csv that mean nothing here: mood',
      '1 captions passed over: nobody (no clip has their names)',
    ])
  })

  test('of JSON Lines, with label and template', async () => {
    const row = { video: 'pull a cup', label: 'pulling a cup', template: 'pulling [something]' }
    await writeFile(at('texts.jsonl'), `${JSON.stringify(row)}\n\n`)
    expect((await prepared('videos', { captions: at('texts.jsonl') })).clip('pull a cup')).toMatchObject({
      label: 'pulling a cup',
      template: 'pulling [something]',
    })
  })

  test.each([
    ['columns.csv', 'video,text\npush\n', /columns\.csv: expected CSV, found .*line 2/],
    ['start.csv', 'video,start\npush,soon\n', /start\.csv:2: start: /],
    ['nameless.jsonl', '{"text":"a"}', /nameless\.jsonl:1: .*expected an id or a video/],
    ['broken.jsonl', '{"video":"push"}\n{"video":', /broken\.jsonl:2: expected a JSON object a line: .*, found/],
    ['list.jsonl', '[1]', /list\.jsonl:1: expected a JSON object/],
    ['crop.csv', 'video,top\npush,3\n', /crop\.csv:2: left: expected top and left together/],
    ['twice.csv', 'video,text\npush,a\npush.mkv,b\n', /twice\.csv:3: expected every clip once, found push again/],
    ['window.csv', 'video,start\npush,3\n', /window\.csv:2: expected texts alone/],
    [
      'semicolons.csv',
      'video;text\npush;a, b\n',
      /semicolons\.csv: expected CSV, cells separated by commas, found .*semicolons/,
    ],
    ['tabs.csv', 'video\ttext\npush\ta\n', /cells separated by tabs/],
    [
      'captions.txt',
      'push: a cup\n',
      /captions\.txt: expected a table of clips: CSV .*named \.txt that begins with "push: a cup/,
    ],
    ['captions', 'video,text\npush,a\n', /named without an ending/],
    ['empty.csv', 'video,text\n', /empty\.csv: expected at least one clip, found none/],
  ])('%s is refused with its line and field', async (name, content, message) => {
    await writeFile(at(name), content)
    await expect(prepared('videos', { captions: at(name) })).rejects.toThrow(message)
  })
})

describe('windows', () => {
  test('several of every video by their starts', async () => {
    const made = await prepared('videos', { starts: '8,0' })
    expect(made.ids).toEqual(['pull a cup-at-0', 'pull a cup-at-8', 'push-at-0', 'push-at-8'])
    expect(await framesOf(made.at(made.clip('push-at-8').reference?.path))).toBe(window(8))
    expect(made.clip('push-at-8').source.video).toBe('push.mkv')
  })

  test('those of a table, with names, crops and texts of their own; what no row names is told', async () => {
    const rows = [
      { video: 'push.mkv', start: 1, id: 'early', text: 'a' },
      { video: 'push', start: 7 },
      { video: 'gone', start: 0 },
      { id: 'push', start: 2, top: 0, left: 0 },
    ]
    await writeFile(at('clips.jsonl'), rows.map((row) => JSON.stringify(row)).join('\n'))
    const made = await prepared('videos', { clips: at('clips.jsonl') })
    expect(made.ids).toEqual(['early', 'push-at-7', 'push'])
    expect(made.clip('early')).toMatchObject({ window: { start: 1 }, text: 'a' })
    expect(made.failures).toMatchObject([
      { clip: 'gone', reason: 'dataset', message: /found neither \(clips\.jsonl:3\)/ },
    ])
    expect(made.notes).toEqual(['1 videos passed over: pull a cup (no row names them)'])
  })
})

test('takes of one scene are clips of one source; a folder with one sample is the clip', async () => {
  const { ids, clip } = await prepared('takes')
  expect(ids).toEqual(['alone', 'fall-s0', 'fall-s1', 'fall-s10'])
  for (const take of ['fall-s0', 'fall-s1', 'fall-s10']) expect(clip(take).source.video).toBe('fall')
})

describe('prompts', () => {
  test('pictures without a reference, with their captions, under a protocol that says how many frames', async () => {
    await writeFile(at('prompts.csv'), 'name,prompt\na,a ball falls\nb c,a cup\n')
    const made = await prepared('prompts', { prompts: true, captions: at('prompts.csv') })
    expect(made.ids).toEqual(['a', 'b c'])
    expect(made.clip('a')).toMatchObject({ schema: 'kinemetric/prompt@1', text: 'a ball falls', window: { count: 6 } })
    expect(made.clip('a')).not.toHaveProperty('reference')
  })

  test('under as-is nothing says how many frames, and so they are failures by name', async () => {
    await expect(prepared('prompts', { prompts: true }, 'as-is')).rejects.toMatchObject({
      code: 'no-clips',
      message: /a: .*expected a control signal, or a protocol that says how many frames/,
    })
  })

  test('a video is none', async () => {
    await expect(prepared('videos', { prompts: true })).rejects.toMatchObject({ code: 'bad-dataset' })
    await expect(prepared('prompts', { prompts: true, starts: '3' })).rejects.toMatchObject({ code: 'bad-option' })
  })
})

const own = (changes: object) => changed(smallProtocol, { window: { ...smallProtocol.identity.window, ...changes } })
const sourceFrames = async (protocol: Protocol, options = {}) =>
  (await prepared('videos', { clips: at('only.csv'), ...options }, protocol)).clip('push').window

describe('a protocol that says how', () => {
  beforeAll(() => writeFile(at('only.csv'), 'video\npush\n'))

  test('takes the nearest frames of another rate', async () => {
    // 6 frames a second at 4: frames 0, 1.5, 3, 4.5, 6, 7.5.
    const frames = [0, 2, 3, 5, 6, 8]
    expect(await sourceFrames(own({ fps: 4, resample: 'nearest' }))).toMatchObject({ stride: 1, sourceFrames: frames })
    await expect(sourceFrames(own({ fps: 4 }))).rejects.toThrow(
      /expected a frame rate that is a multiple of 4, found 6/,
    )
    const made = await prepared(
      'videos',
      { clips: at('only.csv'), controls: at('controls') },
      own({ fps: 4, resample: 'nearest' }),
    )
    const whole = discMask({ frames: 14 })
    const [first, ...others] = await Promise.all(
      ['0000', '0001', '0002', '0003', '0004', '0005'].map((frame) =>
        readImage(made.at(`${made.clip('push').control?.dir}/frame_${frame}.png`)),
      ),
    )
    expect([first, ...others].map((frame) => hashFrames(frame))).toEqual(
      frames.map((frame) => hashFrames(contiguous(sliceFrames(whole, frame, 1, 1)))),
    )
  })

  test('spreads frames over the whole video', async () => {
    expect(await sourceFrames(own({ fps: null, resample: 'whole', frames: 5 }))).toMatchObject({
      sourceFrames: [0, 3, 7, 10, 13],
      count: 5,
    })
  })

  test('takes every n-th whatever the rate', async () => {
    expect(await sourceFrames(own({ fps: null, stride: 2 }))).toMatchObject({ stride: 2, count: 6 })
  })

  test('refuses another size where it resizes nothing', async () => {
    const { geometry } = smallProtocol.identity
    const exact = (size: [number, number]) =>
      changed(smallProtocol, { geometry: geometry && { ...geometry, size, fit: 'exact' } })
    expect((await prepared('videos', {}, exact([48, 64]))).failures).toEqual([])
    await expect(prepared('videos', {}, exact([48, 60]))).rejects.toThrow(
      /expected 48×60 \(height × width\), as the protocol resizes nothing, found 48×64/,
    )
    expect(findProtocol('ssv2-256x384').identity.geometry?.crop).toBe('clip')
  })
})
