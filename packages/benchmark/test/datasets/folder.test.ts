import { mkdir, symlink, writeFile } from 'node:fs/promises'
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
import { findProtocol, type Protocol } from '../../src/index.ts'
import { changed, discMask, pattern, smallProtocol } from '../small-benchmark.ts'
import { openFolders, smallWindow as own } from './prepared-folder.ts'

const { at, video, prepared } = await openFolders()
const framesOf = async (path: string) => hashFrames((await readFrames(path)).pixels)
const window = (start: number, phase = 0) =>
  hashFrames(contiguous(sliceFrames(pattern({ frames: 14, phase }), start, 1, 6)))

const cropped = (crop: 'clip' | 'centre-round-half-even') =>
  changed(smallProtocol, { geometry: smallProtocol.identity.geometry && { ...smallProtocol.identity.geometry, crop } })

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
    const made = await prepared('videos', { clips: at('clips.jsonl') }, cropped('clip'))
    expect(made.ids).toEqual(['early', 'push-at-7', 'push'])
    expect(made.clip('early')).toMatchObject({ window: { start: 1 }, text: 'a' })
    expect(made.failures).toMatchObject([
      { clip: 'gone', reason: 'dataset', message: /found neither \(clips\.jsonl:3\)/ },
    ])
    expect(made.notes).toEqual(['1 videos passed over: pull a cup (no row names them)'])
  })
})

test('a place to crop at is refused under a protocol that crops elsewhere or nowhere, for scores are signed with its crop', async () => {
  await writeFile(at('cropped.csv'), 'video,top,left\npush,,\npush,0,0\n')
  const asked = (protocol: Protocol | string) => prepared('videos', { clips: at('cropped.csv') }, protocol)
  await expect(asked(cropped('centre-round-half-even'))).rejects.toThrow(
    /cropped\.csv:3: expected no top and left under small-48x64, by which every clip is cropped in the centre/,
  )
  await expect(asked('as-is')).rejects.toMatchObject({ code: 'bad-dataset', expected: /nothing is cropped/ })
  const { geometry } = smallProtocol.identity
  const exact = changed(smallProtocol, { geometry: geometry && { ...geometry, crop: 'clip', fit: 'exact' } })
  await expect(asked(exact)).rejects.toMatchObject({ code: 'bad-dataset' })
})

test('a window that begins behind the end is too short, as one is that ends there', async () => {
  const asked = (starts: string) => prepared('videos', { starts })
  await expect(asked('9')).rejects.toThrow(/expected at least 15 frames \(6 at stride 1\), found 14/)
  await expect(asked('30')).rejects.toThrow(/expected at least 36 frames \(6 at stride 1\), found 14/)
  const all = own({ frames: 'all', start: 14 })
  await expect(prepared('videos', {}, all)).rejects.toThrow(
    /expected at least 15 frames \(from frame 14 on\), found 14/,
  )
})

describe('takes of one scene that are videos', () => {
  test('are clips of one source, beside folders of frames too; other videos among them are told', async () => {
    await mkdir(at('video takes', 'fall'), { recursive: true })
    await mkdir(at('video takes', 'push'))
    await video('video takes/fall', 's0')
    await video('video takes/fall', 's1', 14, 2)
    await video('video takes/fall', 'making-of')
    await writePngFolder(at('video takes', 'fall', 's2'), { pixels: pattern(), fps: undefined })
    await video('video takes/push', 's3')
    const { ids, clip, notes, at: made } = await prepared('video takes', { fps: '6' })
    expect(ids).toEqual(['fall-s0', 'fall-s1', 'fall-s2', 'push'])
    for (const take of ['fall-s0', 'fall-s1', 'fall-s2']) expect(clip(take).source.video).toBe('fall')
    expect(await framesOf(made(clip('fall-s1').reference?.path))).toBe(window(0, 2))
    expect(notes).toEqual(['1 videos passed over: fall/making-of.mkv (takes of a scene are called s0, s1, …)'])
  })

  test('of which one is there twice are that take’s failure', async () => {
    await mkdir(at('twice taken', 'fall', 's0'), { recursive: true })
    await video('twice taken/fall', 's0')
    await video('twice taken/fall', 's1')
    expect((await prepared('twice taken')).failures).toMatchObject([
      { clip: 'fall-s0', message: /expected one video of that name, found s0 and s0\.mkv/ },
    ])
  })
})

test.each([
  [{ controlType: 'rgb' }, /--control-type: expected --controls, the signals that it is of, found none/],
  [{ controlFrames: 'window' }, /--control-frames: expected --controls/],
  [{ starts: '0', clips: 'clips.csv' }, /--starts: expected windows by --starts or by --clips, found both/],
])('%j says something of nothing, and is refused', async (options, message) => {
  await expect(prepared('videos', options)).rejects.toThrow(message)
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
