import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writePngFolder } from '@kinemetric/video'
import { beforeAll, describe, expect, test } from 'vitest'
import { planPreparation, prepare, readManifest } from '../../src/index.ts'
import { pattern, smallProtocol } from '../small-benchmark.ts'
import { openFolders, smallWindow as own } from './prepared-folder.ts'

const { at, video, prepared } = await openFolders()
const table = (fps: number) => writeFile(at('rates.csv'), `video,fps\none,${fps}\ntwo,\nthree,6\n`)

/** Prepares the folders of frames by what rates.csv says of them, once more where they are there already. */
const again = () =>
  prepare({
    adapter: 'folder',
    dataset: at('frames'),
    protocol: smallProtocol,
    out: at('rates'),
    options: { clips: at('rates.csv') },
  })

describe('folders of frames have no rate', () => {
  const note = /^2 of 3 clips are folders of frames, and nothing says their rate: .* as at the protocol's 6 a second/
  const frames = { count: 6, stride: 1 }

  beforeAll(async () => {
    for (const name of ['one', 'two'])
      await writePngFolder(at('frames', name), { pixels: pattern({ frames: 14 }), fps: undefined })
    await video('frames', 'three')
    await mkdir(at('videos'))
    await video('videos', 'push')
  })

  test('what is assumed of them under a protocol with a rate is told, planned or prepared', async () => {
    const { clip, notes } = await prepared('frames')
    expect(clip('one')).toMatchObject({ window: frames, source: { fps: null } })
    expect(notes).toEqual([expect.stringMatching(note)])
    const plan = await planPreparation({ adapter: 'folder', dataset: at('frames'), protocol: smallProtocol })
    expect(plan.notes).toEqual(notes)
    expect((await prepared('frames', {}, own({ fps: 4, resample: 'nearest' }))).notes).toHaveLength(1)
    for (const protocol of ['as-is', own({ fps: null, stride: 2 }), own({ fps: null, resample: 'whole' })])
      expect((await prepared('frames', {}, protocol)).notes).toEqual([])
  })

  test('what is said of them is taken as a video’s own rate is, in other processes too', async () => {
    const { clip, notes } = await prepared('frames', { fps: '12' })
    expect(notes).toEqual([])
    expect(clip('one')).toMatchObject({ window: { ...frames, stride: 2 }, source: { fps: 12 }, fps: 6 })
    expect(clip('three')).toMatchObject({ window: frames, source: { fps: 6 } })
    const out = at('in processes')
    const options = { adapter: 'folder', dataset: at('frames'), protocol: smallProtocol, out, options: { fps: 12 } }
    await prepare({ ...options, jobs: 2 })
    expect((await readManifest(join(out, 'manifest.jsonl'))).clips).toMatchObject([
      clip('one'),
      clip('three'),
      clip('two'),
    ])
    const other = await prepared('frames', { fps: 10 })
    expect(other.failures).toMatchObject([
      { clip: 'one', reason: 'unsupported-fps', message: /expected a frame rate that is a multiple of 6, found 10/ },
      { clip: 'two' },
    ])
    const ticks = await prepared('frames', { fps: 9 }, own({ fps: 6, resample: 'nearest', frames: 5 }))
    expect(ticks.clip('one').window.sourceFrames).toEqual([0, 2, 3, 5, 6])
    expect((await prepared('frames', { fps: 9 }, 'as-is')).clip('one').fps).toBe(9)
  })

  test('a row says it of its own folder, and a clip is made again when it says another', async () => {
    await table(12)
    const first = await again()
    expect(first.notes).toEqual([
      expect.stringMatching(/^1 of 3 clips are folders/),
      'fps of 1 row passed over (their videos say it themselves)',
    ])
    const { clips } = await readManifest(first.manifest)
    expect(clips.map(({ window: { stride } }) => stride)).toEqual([2, 1, 1])
    await table(6)
    expect((await again()).kept).toBe(2)
  })

  test.each([
    ['videos', { fps: '6' }, /--fps: expected folders of frames/],
    ['frames', { fps: '0' }, /--fps: expected a number of frames a second above 0/],
    ['frames', { fps: 'often' }, /--fps: expected a number of frames a second/],
  ])('%s with %j is refused', async (folder, options, message) => {
    await expect(prepared(folder, options)).rejects.toThrow(message)
  })
})
