import { cp, mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isOfShard, parseShard, prepare } from '@kinemetric/benchmark'
import { fvdSpec } from '@kinemetric/metrics'
import { writeTorchZip } from '@kinemetric/networks'
import { writeLossless } from '@kinemetric/video'
import { describe, expect, test } from 'vitest'
import { changed, pattern, smallProtocol, writeDataset } from '../../../benchmark/test/small-benchmark.ts'
import { i3dTensors } from '../../../networks/src/models/i3d/tensors.ts'
import { formulaTensors } from '../../../networks/test/formula-weights.ts'
import {
  featureShardsStatus,
  type MergeFeaturesOptions,
  planFeatureMerge,
  saveFeatures,
  saveFeatureShard,
  type SaveFeatureShardOptions,
} from '../../src/index.ts'
import { clipNames, failing, featureClips } from './feature-clips.ts'

process.env.KINEMETRIC_COMMIT = 'test'
const { root, videos, cache, options } = await featureClips()
const shard = (folder: string, text: string, more: Partial<SaveFeatureShardOptions> = {}) =>
  saveFeatureShard({
    ...options({ cache: cache() }),
    place: { out: join(root, folder, 'refs.npz'), statistics: false },
    shard: parseShard(text),
    ...more,
  })
const merge = async (folders: readonly string[], out: string, more: Partial<MergeFeaturesOptions> = {}) =>
  (await planFeatureMerge({ folders, out: join(root, out), ...more }))()
const bytes = (...parts: string[]) => readFile(join(root, ...parts))
const rowsOf = (folder: string, text = '3-of-3') => join(root, folder, `refs.npz.${text}.rows`)
const copyOf = async (name: string, from = 'part-3') => {
  await cp(join(root, from), join(root, name), { recursive: true })
  return join(root, name)
}

const onePass = (out: string, statistics = false) =>
  saveFeatures({ ...options({ cache: cache() }), place: { out: join(root, out), statistics } })
const whole = await onePass('refs.npz')
const texts = ['1/3', '2/3', '3/3']
for (const text of texts) await shard(`part-${text[0]}`, text)
const parts = texts.map((text) => join(root, `part-${text[0]}`))

// What costs ten seconds and is a promise of all kinds of shards stands in the full run.
const isFull = process.env.KINEMETRIC_FULL === '1'

test('the clips stand in every shard, the third holding several', () => {
  const counts = texts.map((text) => clipNames.filter((clip) => isOfShard(clip, parseShard(text))).length)
  expect(counts.every((count) => count > 0)).toBe(true)
  expect(counts[2]).toBeGreaterThan(1)
})

describe('shards merged', () => {
  test('are the matrix of one pass, byte for byte, whatever order the folders come in', async () => {
    const [merged] = await merge(parts.toReversed(), 'merged')
    expect(await bytes('merged', 'refs.npz')).toEqual(await bytes('refs.npz'))
    expect(merged).toEqual({ ...whole, path: join(root, 'merged', 'refs.npz') })
    expect(merged.failures.map(({ clip }) => clip)).toEqual(failing)
    expect((await readdir(join(root, 'merged'))).sort()).toEqual(['refs.npz'])
  })

  test('a shard writes no matrix', async () => {
    expect((await readdir(parts[2])).sort()).toEqual(['refs.npz.3-of-3.rows', 'refs.npz.3-of-3.shard.json'])
  })

  test.each(isFull ? [1, 2] : [2])('of %i too, in several processes; and the matrix as .npy', async (count) => {
    const folder = `of-${count}`
    for (let index = 1; index <= count; index++)
      await shard(folder, `${index}/${count}`, {
        jobs: 2,
        place: { out: join(root, folder, 'refs.npy'), statistics: false },
      })
    await onePass('refs.npy')
    await merge([join(root, folder)], folder)
    expect(await bytes(folder, 'refs.npy')).toEqual(await bytes('refs.npy'))
  })

  test.runIf(isFull)('statistics: those of the rows in their order, and into a file that is named', async () => {
    const place = { out: join(root, 'statistics', 'refs.npz'), statistics: true }
    for (const text of texts) await shard('statistics', text, { place })
    await onePass('mean.npz', true)
    await merge([join(root, 'statistics')], 'merged-mean.npz')
    expect(await bytes('merged-mean.npz')).toEqual(await bytes('mean.npz'))
    await expect(merge([join(root, 'statistics')], 'mean.npy')).rejects.toMatchObject({ code: 'bad-option' })
  })

  test('copied into one folder, stopped, cut off in a record and gone on with', async () => {
    await mkdir(join(root, 'one'))
    const controller = new AbortController()
    const stopped = shard('one', '3/3', {
      signal: controller.signal,
      onProgress: ({ done }) => {
        if (done === 1) controller.abort(new Error('enough'))
      },
    })
    await expect(stopped).rejects.toThrow('enough')
    await expect(merge([join(root, 'one')], 'one')).rejects.toMatchObject({ code: 'bad-shards' })
    expect((await shard('one', '3/3')).resumed).toBe(1)
    for (const part of parts.slice(0, 2)) await cp(part, join(root, 'one'), { recursive: true })
    const { length } = await readFile(rowsOf('one'))
    for (const at of [length - 1, length - 1700, Math.floor(length / 2), 150, 10, 0]) {
      await truncate(rowsOf('one'), at)
      const { resumed, measured } = await shard('one', '3/3')
      expect(resumed).toBeLessThan(measured)
      expect(await readFile(rowsOf('one'))).toEqual(await readFile(rowsOf('part-3')))
    }
    await merge([join(root, 'one')], 'one')
    expect(await bytes('one', 'refs.npz')).toEqual(await bytes('refs.npz'))
    await expect(merge([join(root, 'one')], 'one')).rejects.toMatchObject({ code: 'record-exists' })
    await merge([join(root, 'one')], 'one', { overwrite: true })
  })

  test('extracted twice a shard has the same bytes, and is not extracted again; copies count once', async () => {
    const again = await shard('again', '3/3', { jobs: 2 })
    expect(again).toMatchObject({ resumed: 0, shard: { index: 3, count: 3 } })
    for (const ending of ['rows', 'shard.json'])
      expect(await bytes('again', `refs.npz.3-of-3.${ending}`)).toEqual(
        await bytes('part-3', `refs.npz.3-of-3.${ending}`),
      )
    expect((await shard('again', '3/3')).resumed).toBe(again.measured)
    expect(await bytes('again', 'refs.npz.3-of-3.rows')).toEqual(await bytes('part-3', 'refs.npz.3-of-3.rows'))
    await merge([...parts, join(root, 'again')], 'merged-again')
    expect(await bytes('merged-again', 'refs.npz')).toEqual(await bytes('refs.npz'))
  })

  test('of a manifest: without the frames that its protocol leaves out', async () => {
    const protocol = changed(smallProtocol, { window: { ...smallProtocol.identity.window, frames: 10 } })
    const ids = ['a', 'b', 'c']
    await writeDataset(join(root, 'dataset'), ids)
    for (const [phase, id] of ids.entries()) {
      await rm(join(root, 'dataset', id, 'mask_driver.mkv'))
      await writeLossless(join(root, 'dataset', id, 'video.mkv'), { pixels: pattern({ frames: 10, phase }), fps: 6 })
    }
    await prepare({ adapter: 'physics', dataset: join(root, 'dataset'), protocol, out: join(root, 'prepared') })
    const source = join(root, 'prepared', 'manifest.jsonl')
    const of = { source, protocol, cache: cache() }
    await saveFeatures({ ...options(of), place: { out: join(root, 'manifest.npz'), statistics: false } })
    for (const text of ['1/2', '2/2']) await shard('of-manifest', text, of)
    const [merged] = await merge([join(root, 'of-manifest')], 'merged-manifest.npz')
    expect(await bytes('merged-manifest.npz')).toEqual(await bytes('manifest.npz'))
    expect(merged.origin).toMatchObject({ excluded: [0], clips: 3 })
    // Another manifest of the same clips.
    await cp(join(root, 'prepared'), join(root, 'prepared-2'), { recursive: true })
    const lines = await readFile(source, 'utf8')
    await writeFile(join(root, 'prepared-2', 'manifest.jsonl'), lines.replace('{', '{ '))
    await shard('of-manifest-2', '2/2', { ...of, source: join(root, 'prepared-2', 'manifest.jsonl') })
    await rm(join(root, 'of-manifest', 'refs.npz.2-of-2.shard.json'))
    expect(await refused([join(root, 'of-manifest'), join(root, 'of-manifest-2')])).toMatch(/found other manifest/)
  })
})

/** What is said of folders that are no whole; nothing is written. */
let refusals = 0
async function refused(folders: readonly string[]): Promise<string> {
  const out = `refused-${refusals++}`
  const error: unknown = await merge(folders, out).catch((each: unknown) => each)
  expect(await readdir(join(root, out)).catch(() => [])).toEqual([])
  expect(error).toMatchObject({ name: 'KinemetricError', code: 'bad-shards', kind: 'input' })
  return error instanceof Error ? error.message : ''
}

describe('what cannot be merged is named, and no matrix is left', () => {
  test('a missing shard, no shards', async () => {
    expect(await refused(parts.slice(0, 2))).toMatch(/refs\.npz: expected all 3 shards, found none of 3\/3/)
    expect(await refused([videos])).toMatch(/found none/)
  })

  test('what is seen at once before rows are read: a gap, a matrix that is there', async () => {
    const folder = await copyOf('unread')
    await rm(rowsOf('unread'))
    await mkdir(rowsOf('unread'))
    expect(await refused([parts[0], folder])).toMatch(/found none of 2\/3/)
    await mkdir(join(root, 'there already'))
    await writeFile(join(root, 'there already', 'refs.npz'), '')
    await expect(merge([parts[0], parts[1], folder], 'there already')).rejects.toMatchObject({ code: 'record-exists' })
    await expect(merge([parts[0], parts[1], folder], 'there already', { overwrite: true })).rejects.toThrow(
      /refs\.npz\.3-of-3\.rows/,
    )
  })

  test('rows that were cut anywhere, that are gone, that hold nonsense', async () => {
    const folder = await copyOf('cut')
    const { length } = await readFile(rowsOf('cut'))
    const lacking = /shard 3\/3, found \d: .*missing, cut off or damaged/
    for (const at of [length - 1, length - 1700, Math.floor(length / 2), 10, 0]) {
      await cp(rowsOf('part-3'), rowsOf('cut'))
      await truncate(rowsOf('cut'), at)
      expect(await refused([parts[0], parts[1], folder])).toMatch(lacking)
    }
    await writeFile(rowsOf('cut'), 'nonsense\n')
    expect(await refused([parts[0], parts[1], folder])).toMatch(lacking)
    await rm(rowsOf('cut'))
    expect(await refused([parts[0], parts[1], folder])).toMatch(lacking)
  })

  test('a byte that was changed: in the rows, in what is said of a clip', async () => {
    const folder = await copyOf('damaged')
    const sound = await readFile(rowsOf('part-3'))
    for (const at of [sound.length - 3, sound.indexOf('"clip"') + 9, sound.indexOf('"rows"') + 7]) {
      const damaged = Buffer.from(sound)
      damaged[at] ^= 1
      await writeFile(rowsOf('damaged'), damaged)
      expect(await refused([parts[0], parts[1], folder])).toMatch(/missing, cut off or damaged/)
    }
    // A whole copy beside the damaged one is taken.
    await merge([...parts, folder], 'mended')
    expect(await bytes('mended', 'refs.npz')).toEqual(await bytes('refs.npz'))
  })

  test('shards of another number, version, weights, recipe or set of clips', async () => {
    await shard('other-number', '2/4')
    expect(await refused([parts[0], parts[1], join(root, 'other-number')])).toMatch(
      /all shards of one number, found 1\/3, 2\/3 and 2\/4 \(of 3: .*none of 3\/3; of 4: .*none of 1\/4, 3\/4, 4\/4\)/,
    )
    const warnings: string[] = []
    const onWarning = (message: string) => void warnings.push(message)
    await merge([...parts, join(root, 'other-number')], 'passing-over', { onWarning })
    expect(warnings).toEqual(['refs.npz: all 3 shards are there; passed over: 2/4'])
    expect(await bytes('passing-over', 'refs.npz')).toEqual(await bytes('refs.npz'))
    process.env.KINEMETRIC_COMMIT = 'another'
    await shard('other-code', '3/3').finally(() => (process.env.KINEMETRIC_COMMIT = 'test'))
    expect(await refused([parts[0], parts[1], join(root, 'other-code')])).toMatch(
      /found other version of kinemetric \(0\.1\.0, commit another; there 0\.1\.0, commit test\); run features --shard .* with --restart/,
    )
    await shard('other-recipe', '3/3', { choice: { metric: fvdSpec, recipe: 'videogpt' } })
    expect(await refused([parts[0], parts[1], join(root, 'other-recipe')])).toMatch(/found other preprocessing/)
    await cp(videos, join(root, 'fewer'), { recursive: true })
    await rm(join(root, 'fewer', 'a.mkv'))
    await shard('other-clips', '3/3', { source: join(root, 'fewer') })
    expect(await refused([parts[0], parts[1], join(root, 'other-clips')])).toMatch(/found other clips/)
    const other = join(root, 'other.pt')
    const tensors = formulaTensors(i3dTensors('pytorch-i3d'))
    const [tensor] = tensors.values()
    tensor.data[0] += 1
    await writeTorchZip(other, tensors)
    await shard('other-weights', '3/3', { checkpoints: { 'i3d-kinetics-400': other }, cache: undefined })
    expect(await refused([parts[0], parts[1], join(root, 'other-weights')])).toMatch(/found other digest, weights/)
    const folder = await copyOf('mixed')
    await cp(rowsOf('other-weights'), rowsOf('mixed'))
    expect(await refused([parts[0], parts[1], folder])).toMatch(/found rows of other digest, weights/)
  })

  test('one that was extracted twice with different rows', async () => {
    await cp(videos, join(root, 'changed'), { recursive: true })
    const clip = clipNames.find((name) => isOfShard(name, parseShard('3/3')) && name !== 'b' && name !== 'e')!
    await writeLossless(join(root, 'changed', `${clip}.mkv`), { pixels: pattern({ frames: 9, phase: 33 }), fps: 6 })
    await shard('different', '3/3', { source: join(root, 'changed') })
    expect(await refused([...parts, join(root, 'different')])).toMatch(
      new RegExp(`3/3 to be .* found other rows of ${clip}`),
    )
  })

  test.each([
    ['a matrix outside of its folder', '"name":"refs.npz"', '"name":"../refs.npz"'],
    ['a hidden file', '"name":"refs.npz"', '"name":".refs.npz"'],
    ['rows without end', '"dimension":400', '"dimension":4000000000'],
    ['a shard beyond the last', '"index":3,"count":3', '"index":4,"count":3'],
    ['another schema’s field', '"statistics":false', '"statistics":false,"more":1'],
  ])('the file of a stranger: %s', async (_, from, to) => {
    const folder = await copyOf(`stranger-${to.length}-${from.length}`)
    const path = join(folder, 'refs.npz.3-of-3.shard.json')
    const text = await readFile(path, 'utf8')
    expect(text).toContain(from)
    await writeFile(path, text.replace(from, to))
    expect(await refused([parts[0], parts[1], folder])).toMatch(/the file of a shard/)
  })

  test('no clip with rows: as one pass says it', async () => {
    await mkdir(join(root, 'broken'))
    await writeFile(join(root, 'broken', 'x.mkv'), 'no video')
    for (const text of ['1/2', '2/2']) await shard('none', text, { source: join(root, 'broken') })
    await expect(merge([join(root, 'none')], 'none')).rejects.toMatchObject({ code: 'no-clips' })
    expect(await readdir(join(root, 'none'))).not.toContainEqual(expect.stringMatching(/partial|npz$/))
  })
})

describe('a shard that goes on', () => {
  test('makes rows anew of a clip whose file is another now, and of no other', async () => {
    await cp(videos, join(root, 'replaced'), { recursive: true })
    const source = join(root, 'replaced')
    const { measured } = await shard('going-on', '3/3', { source })
    const mine = clipNames.filter((name) => isOfShard(name, parseShard('3/3')))
    expect(measured).toBe(mine.length)
    const changedClip = mine.find((name) => name !== 'b' && name !== 'e')!
    await writeLossless(join(source, `${changedClip}.mkv`), { pixels: pattern({ frames: 9, phase: 44 }), fps: 6 })
    const again = await shard('going-on', '3/3', { source })
    expect(again.resumed).toBe(mine.length - 1)
    await shard('begun-anew', '3/3', { source })
    expect(await readFile(rowsOf('going-on'))).toEqual(await readFile(rowsOf('begun-anew')))
    expect(await readdir(join(root, 'going-on'))).toHaveLength(2)
  })

  test.runIf(isFull)(
    'when clips join and leave: those that stay are not made anew, nor where it is stopped',
    async () => {
      const source = join(root, 'joined')
      await cp(videos, source, { recursive: true })
      const { measured } = await shard('joining', '1/1', { source })
      expect(measured).toBe(6)
      await rm(join(source, 'c.mkv'))
      // In front of all others, and between them.
      for (const [phase, name] of ['0', 'aa', 'dd'].entries())
        await writeLossless(join(source, `${name}.mkv`), { pixels: pattern({ frames: 9, phase: 60 + phase }), fps: 6 })
      const controller = new AbortController()
      const seen: string[] = []
      const stopping = shard('joining', '1/1', {
        source,
        signal: controller.signal,
        onProgress: ({ clip }) => {
          if (seen.push(clip) === 4) controller.abort(new Error('enough'))
        },
      })
      await expect(stopping).rejects.toThrow('enough')
      expect(seen).toEqual(['0', 'a', 'aa', 'b'])
      expect(await readdir(join(root, 'joining'))).toContain('refs.npz.1-of-1.rows.before')
      const again = await shard('joining', '1/1', { source })
      // All but dd.
      expect(again).toMatchObject({ measured: 8, resumed: 7, failures: [{ clip: 'b' }, { clip: 'e' }] })
      await shard('joined-anew', '1/1', { source })
      expect(await readFile(rowsOf('joining', '1-of-1'))).toEqual(await readFile(rowsOf('joined-anew', '1-of-1')))
      expect((await readdir(join(root, 'joining'))).sort()).toEqual([
        'refs.npz.1-of-1.rows',
        'refs.npz.1-of-1.shard.json',
      ])
    },
  )

  test.runIf(isFull)('when the number of shards changes half-way: what the others have is taken over', async () => {
    for (const text of ['1/3', '3/3']) await shard('renumbered', text)
    const old = clipNames.filter((name) => !isOfShard(name, parseShard('2/3'))).length
    const damaged = await readFile(rowsOf('renumbered', '1-of-3'))
    damaged[damaged.length - 1] ^= 1
    await writeFile(rowsOf('renumbered', '1-of-3'), damaged)
    const now = [await shard('renumbered', '1/2'), await shard('renumbered', '2/2')]
    expect(now.reduce((sum, { resumed }) => sum + resumed, 0)).toBe(old - 1)
    const [three, two] = (await featureShardsStatus([join(root, 'renumbered')])).toSorted(
      (a, b) => b.shards.length - a.shards.length,
    )
    expect(three.passedOverFor).toBe(2)
    expect(two.passedOverFor).toBeUndefined()
    await merge([join(root, 'renumbered')], 'renumbered')
    expect(await bytes('renumbered', 'refs.npz')).toEqual(await bytes('refs.npz'))
  })

  test('takes nothing over that is of other inputs', async () => {
    await shard('other-of-three', '3/3', { choice: { metric: fvdSpec, recipe: 'videogpt' } })
    expect((await shard('other-of-three', '1/1')).resumed).toBe(0)
  })

  test('tries a clip of a manifest again whose file has been mended', async () => {
    const source = join(root, 'prepared', 'manifest.jsonl')
    const protocol = changed(smallProtocol, { window: { ...smallProtocol.identity.window, frames: 10 } })
    const video = join(root, 'prepared', 'clips', 'b', 'reference.mkv')
    const sound = await readFile(video)
    await writeFile(video, 'no video')
    const first = await shard('mended-clip', '1/1', { source, protocol })
    expect(first.failures).toMatchObject([{ clip: 'b', reason: 'hash-mismatch' }])
    expect((await shard('mended-clip', '1/1', { source, protocol })).resumed).toBe(3)
    await writeFile(video, sound)
    expect(await shard('mended-clip', '1/1', { source, protocol })).toMatchObject({ resumed: 2, failures: [] })
  })

  test('of other inputs is refused unless it is to begin anew; a lock that is held too', async () => {
    await copyOf('other-inputs')
    const other = { choice: { metric: fvdSpec, recipe: 'videogpt' } }
    await expect(shard('other-inputs', '3/3', other)).rejects.toMatchObject({ code: 'other-inputs' })
    expect((await shard('other-inputs', '3/3', { ...other, restart: true })).resumed).toBe(0)
    const lock = { pid: process.pid, host: 'elsewhere', born: null, space: null, beat: 20_000 }
    await writeFile(join(root, 'other-inputs', '.refs.npz.3-of-3.lock'), JSON.stringify(lock))
    await expect(shard('other-inputs', '3/3', other)).rejects.toMatchObject({ code: 'locked' })
    const [{ shards }] = await featureShardsStatus([join(root, 'other-inputs')])
    expect(shards[2]).toMatchObject({ state: 'running', holder: { host: 'elsewhere' } })
    expect((await shard('other-inputs', '3/3', { ...other, takeLock: true })).resumed).toBeGreaterThan(0)
    await expect(
      shard('hidden', '1/1', { place: { out: join(root, 'hidden', '.x.npz'), statistics: false } }),
    ).rejects.toMatchObject({
      code: 'bad-option',
    })
  })
})

const states = async (folders: readonly string[]) =>
  (await featureShardsStatus(folders)).map(({ matrix, network, shards, concluded }) => [
    `${matrix} ${network}`,
    shards.map(({ state }) => state).join(' '),
    shards.reduce((sum, { failed }) => sum + failed, 0),
    concluded,
  ])

test('the state of shards: done, stopped, missing; whether the matrix is there', async () => {
  expect(await states(parts)).toEqual([['refs.npz i3d-kinetics-400', 'done done done', 2, false]])
  const folder = await copyOf('stopped')
  await truncate(rowsOf('stopped'), (await readFile(rowsOf('stopped'))).length - 1)
  await writeFile(join(folder, 'refs.npz'), '')
  expect(await states([parts[0], folder])).toEqual([
    ['refs.npz i3d-kinetics-400', 'done missing stopped', expect.any(Number), true],
  ])
})
