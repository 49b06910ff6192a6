import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { frameArray, writeLossless, writePngFolder, writePreview } from '@kinemetric/video'
import { beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { hasShared } from '../../../../test/shared.ts'
import {
  adapters,
  type DatasetAdapter,
  type DatasetItem,
  findAdapter,
  findProtocol,
  isOfShard,
  mergePreparations,
  prepareShard,
  type Shard,
  videoSource,
} from '../../src/index.ts'
import { joinCopies } from '../../src/datasets/ssv2/copy-state.ts'
import {
  annotationOf,
  type DrawnBody,
  entering,
  frames,
  proposalsOf,
  resting,
} from '../datasets/clevrer/small-scene.ts'
import { writeRelease } from '../datasets/physics-iq/small-release.ts'
import { layMini } from '../datasets/ssv2/mini.ts'
import { changed, pattern, smallProtocol, writeDataset, writePair } from '../small-benchmark.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { filesOf, type Given, sharded, whole } from './sharded.ts'

const root = await temporaryFolder()
const at = (...parts: string[]) => join(root, ...parts)
let outs = 0

const full = process.env.KINEMETRIC_FULL === '1'

/** Prepared whole and in shards it is the same; how many shards there are is gone through by the full run. */
async function expectSame(
  given: Given,
  counts: readonly number[] = full ? [2, 3, 5] : [3],
): Promise<Awaited<ReturnType<typeof whole>>> {
  const name = at(`out ${outs++}`)
  const expected = await whole(given, name)
  for (const count of counts) {
    const { result, files } = await sharded(given, count, `${name} in ${count}`)
    expect({ result, files }).toEqual(expected)
  }
  return expected
}

const writeVideo = (name: string, phase: number) =>
  writeLossless(at('videos', name), { pixels: pattern({ frames: 9, phase }), fps: 6 })

const ofFolder = (options: Given['options']): Given => ({
  adapter: 'folder',
  dataset: at('videos'),
  protocol: smallProtocol,
  options,
})

describe('a folder of videos', () => {
  beforeAll(async () => {
    await mkdir(at('videos'))
    // In the order of files "a b" comes before "a", in that of names behind it.
    for (const [index, name] of ['a.mkv', 'a b.mkv', 'Ä.mkv'.normalize('NFD'), 'c.mkv', 'd.mkv'].entries())
      await writeVideo(name, index)
    await writeFile(at('videos', 'e.mkv'), 'no video')
    await writeFile(at('videos', 'two.mkv'), 'x')
    await writeFile(at('videos', 'two.webm'), 'x')
    await writePngFolder(at('videos', 'frames'), { pixels: pattern({ frames: 9 }), fps: undefined })
    await writeFile(at('captions.csv'), 'video,text\na,one\nc,three\nnobody,x\n')
    await mkdir(at('first'))
    for (const name of ['a', 'd', 'nobody'])
      await writePngFolder(at('first', name), { pixels: pattern({ frames: 1, phase: 3 }), fps: undefined })
  })
  test('with what is passed over, lacking, broken and there twice', async () => {
    const { result } = await expectSame(ofFolder({ captions: at('captions.csv'), firstFrames: at('first') }))
    expect(result.failures.map(({ clip }) => clip)).toEqual(['e', 'two'])
    expect(result.warnings.length).toBeGreaterThan(5)
    expect(result.notes.length).toBeGreaterThan(1)
  })

  test('with several windows of each', async () => {
    const { result } = await expectSame(ofFolder({ starts: '0,2' }), [3])
    expect(result.clips).toBe(12)
  })
})

test('the examples published with InterDyn', async () => {
  for (const id of ['one', 'two', 'three']) {
    await mkdir(at('examples', id), { recursive: true })
    for (const name of ['video', 'mask_hand', 'mask_cup'])
      if (id !== 'two' || name === 'video') {
        const made = at('examples', id, `${name}.mkv`)
        await writeLossless(made, { pixels: pattern({ frames: 12, phase: id.length }), fps: 6 })
        await rename(made, at('examples', id, `${name}.webm`))
      }
  }
  await writeFile(at('examples', 'interdyn-object-mask-offsets.json'), '{"one":{"estimated_offset":0}}')
  const { result } = await expectSame(
    { adapter: 'interdyn-examples', dataset: at('examples'), protocol: smallProtocol },
    [3],
  )
  expect(result.warnings.length).toBeGreaterThan(0)
})

test('physics with pairs, one of which is called as another clip is', async () => {
  await writeDataset(at('physics'), ['a', 'b', 'a.without-driver', 'c'])
  for (const id of ['a', 'b']) await writePair(at('physics'), id)
  const { result } = await expectSame({ adapter: 'physics', dataset: at('physics'), protocol: smallProtocol })
  expect(result.failures).toMatchObject([{ clip: 'a', message: /expected no clip with the name of its pair/ }])
})

const smallClevrer = changed(findProtocol('clevrer-320x448'), {
  id: 'small-clevrer',
  window: { ...findProtocol('clevrer-320x448').identity.window, frames: 4 },
})
const ofClevrer = (options: Given['options']): Given => ({
  adapter: 'clevrer',
  dataset: at('clevrer'),
  protocol: smallClevrer,
  options,
})

test('a release of Physics-IQ, with both takes', async () => {
  await writeRelease(at('physics-iq'), { scenarios: 1 })
  const given = { adapter: 'physics-iq', dataset: at('physics-iq'), protocol: 'physics-iq-8fps', options: { fps: 8 } }
  const { result } = await expectSame(given, [2])
  expect(result).toMatchObject({ clips: 3, failures: [] })
})

describe('CLEVRER', () => {
  beforeAll(async () => {
    const bodies: DrawnBody[] = [
      { color: 'red', at: resting(150, 100) },
      { color: 'blue', at: entering(20, 100) },
    ]
    for (const folder of ['a', 'derender_proposals']) await mkdir(at('clevrer', folder), { recursive: true })
    const data = new Uint8Array(frames * 320 * 480 * 3).fill(70)
    await writePreview(at('clevrer', 'video_1.mp4'), { pixels: frameArray(data, frames, 320, 480), fps: 25 })
    for (const number of [1, 2, 3, 9, 10]) {
      // The third has no collision, so that no window is valid.
      const annotation = annotationOf(number, bodies, number === 3 ? [] : [[62, 0, 1]])
      await writeFile(at('clevrer', 'a', `annotation_${number}.json`), number === 9 ? '{' : JSON.stringify(annotation))
      await writeFile(
        at('clevrer', 'derender_proposals', `proposal_${number}.json`),
        JSON.stringify(proposalsOf(number, bodies)),
      )
      if (number > 1) await symlink(at('clevrer', 'video_1.mp4'), at('clevrer', `video_${number}.mp4`))
    }
    await symlink(at('clevrer', 'video_1.mp4'), at('clevrer', 'video_77.mp4'))
  })
  test('a clip a scene, drawn at random by its name', async () => {
    const { result } = await expectSame(ofClevrer({ start: 'random', seed: '3', stride: '20' }), [3])
    expect(result).toMatchObject({
      clips: 3,
      removed: { video_00003: 'no-window' },
      failures: [{ clip: 'video_00009' }],
    })
  })

  test('all windows of a scene, which lie in several shards', async () => {
    const { result } = await expectSame(ofClevrer({ start: 'all', stride: '40' }), [2])
    expect(result.clips).toBeGreaterThan(6)
  })
})

const copyState = (found: number, unreadable: string[]) => ({
  whole: unreadable.length === 0,
  videos: { found, unreadable },
})

describe.skipIf(!hasShared('data', 'ssv2-mini'))('Something-Something-v2', () => {
  let given: Given
  let drawn: string[] = []

  beforeAll(async () => {
    const mini = await layMini(at('mini'))
    const videos = at('few videos')
    await mkdir(videos)
    // Among them one without a row and one that cannot be read.
    for (const id of ['243', '8445', '137875', '138978', '182974', '900007', '900011', '900099'])
      await symlink(join(mini.videos, `${id}.webm`), join(videos, `${id}.webm`))
    given = {
      adapter: 'ssv2',
      dataset: '',
      protocol: 'ssv2-256x384',
      cache: at('cache'),
      options: { ...mini, videos, control: 'box' },
      drawMasks: () =>
        Promise.resolve({
          source: 'test/box-per-frame',
          options: { maskMode: 'box-per-frame' },
          async draw({ clip, prompts }) {
            drawn.push(clip)
            await rm(at('drawn', clip), { recursive: true, force: true })
            const count = clip === '900007' ? 64 : 28
            for (const [object, own] of Map.groupBy(prompts, (prompt) => prompt.object)) {
              const pixels = frameArray(new Uint8Array(count * 240 * 427 * 3), count, 240, 427)
              for (const { frame, box } of own) pixels.set(frame, Math.ceil(box[1]), Math.ceil(box[0]), 0, 255)
              await writePngFolder(at('drawn', clip, object), { pixels, fps: undefined })
            }
            return at('drawn', clip)
          },
        }),
    }
  })

  test('its funnel, what is kept and what of the copy is broken', async () => {
    const expected = await expectSame(given, full ? [3, 5] : [])
    const { result } = expected
    // Each video is looked at by one shard.
    const looked = new Set<number>()
    for (const index of [1, 2, 3]) {
      const onReading = (done: number, total: number, what: string) => {
        if (what === 'videos' && done === total) looked.add(index * 100 + total)
      }
      await prepareShard({ ...given, cache: undefined, onReading, out: at('looked'), shard: { index, count: 3 } })
    }
    expect([...looked].reduce((sum, each) => sum + (each % 100), 0)).toBe(7)
    const { manifest: _, ...merged } = await mergePreparations({ folders: [at('looked')] })
    expect({ result: merged, files: await filesOf(at('looked')) }).toEqual(expected)
    expect(result.clips).toBeGreaterThan(3)
    expect(result.facts).toMatchObject({ copy: { whole: false, videos: { unreadable: ['900011'] } } })
  })

  test('masks are drawn of the shard’s own clips alone', async () => {
    const sam2 = { ...given, options: { ...given.options, control: 'sam2' } }
    const { result } = await expectSame(sam2, [])
    const all = drawn
    drawn = []
    const index = [1, 2].find((each) => all.some((id) => isOfShard(id, { index: each, count: 2 }))) ?? 1
    const out = at('drawn shards')
    await prepareShard({ ...sam2, out, shard: { index, count: 2 } })
    expect(drawn).toEqual(all.filter((id) => isOfShard(id, { index, count: 2 })))
    await prepareShard({ ...sam2, out, shard: { index: 3 - index, count: 2 } })
    expect(drawn.toSorted()).toEqual(all.toSorted())
    const { manifest: _, ...merged } = await mergePreparations({ folders: [out] })
    expect(merged).toEqual(result)
  })

  test('shards of different copies are refused', () => {
    expect(joinCopies([copyState(3, ['b']), copyState(3, ['a']), copyState(3, [])])).toEqual(copyState(3, ['a', 'b']))
    expect(() => joinCopies([copyState(3, []), copyState(4, [])])).toThrow(/shards of one copy of the dataset/)
    expect(() => joinCopies([{}])).toThrow(/shards of one copy of the dataset/)
  })
})

test('an adapter of one’s own, which knows nothing of shards', async () => {
  await writeDataset(at('own'), ['a', 'b', 'c'])
  const adapter: DatasetAdapter = {
    id: 'own',
    title: 'Own',
    options: z.strictObject({}),
    stages: ['dropped'],
    async *clips() {
      for (const id of ['c', 'a', 'b']) {
        yield { id: `${id}-dropped`, removedAt: 'dropped' }
        yield { id, reason: 'odd', warning: `${id} is odd` }
        yield { id, name: id, video: videoSource(at('own', id, 'video.mkv')) }
      }
      yield { facts: { said: 3 } }
    },
  }
  const { result } = await expectSame({ adapter, dataset: at('own'), protocol: smallProtocol }, [3])
  expect(Object.keys(result.removed ?? {})).toEqual(['c-dropped', 'a-dropped', 'b-dropped'])
  // Another one of the same name says something else.
  const folders = [at('said 1'), at('said 2')]
  for (const [index, out] of folders.entries())
    await prepareShard({
      adapter: {
        ...adapter,
        async *clips(...given) {
          for await (const item of adapter.clips(...given)) yield 'facts' in item ? { facts: { said: index } } : item
        },
      },
      dataset: at('own'),
      protocol: smallProtocol,
      out,
      shard: { index: index + 1, count: 2 },
    })
  await expect(mergePreparations({ folders, out: at('said') })).rejects.toMatchObject({
    code: 'bad-shards',
    message: /facts as .* has them/,
  })
})

test.each([
  ['clevrer', { stride: '20' }],
  ['physics', {}],
])('rows of other shards are not looked at where that costs something: %s', async (id, options) => {
  const adapter = findAdapter(id)
  const itemsOf = async (own?: Shard) => {
    const context = { protocol: smallClevrer, plan: false, shard: own }
    const found: DatasetItem[] = []
    for await (const item of adapter.clips(at(id), adapter.options.parse(options), context)) found.push(item)
    return found
  }
  const shard = { index: 1, count: 2 }
  const all = (await itemsOf()).flatMap((item) => ('id' in item ? [item.id] : []))
  const passed = (await itemsOf(shard)).flatMap((item) => ('elsewhere' in item ? [item.elsewhere] : []))
  expect(passed.length).toBeGreaterThan(0)
  expect(passed).toEqual(all.filter((each) => !isOfShard(each, shard)))
})

test('every dataset of the toolkit is in these tests', () => {
  expect(adapters.map(({ id }) => id).sort()).toEqual([
    'clevrer',
    'folder',
    'interdyn-examples',
    'physics',
    'physics-iq',
    'ssv2',
  ])
})
