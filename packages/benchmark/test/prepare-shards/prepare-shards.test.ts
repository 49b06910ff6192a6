import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { isThere } from '@kinemetric/files'
import { beforeAll, describe, expect, test } from 'vitest'
import { isOfShard, mergePreparations, prepare, preparationsStatus } from '../../src/index.ts'
import { changed, smallProtocol, writeDataset } from '../small-benchmark.ts'
import { ids, preparedParts, third } from './prepared-parts.ts'
import { filesOf, sharded, whole } from './sharded.ts'

const full = process.env.KINEMETRIC_FULL === '1'
process.env.KINEMETRIC_COMMIT = 'test'
const { at, options, shard, merge, parts } = await preparedParts()

let expected: Awaited<ReturnType<typeof whole>>
beforeAll(async () => {
  expected = await whole(options, at('whole'))
})

/** Its file and its journal. */
async function filesOfShard(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => name !== 'clips').sort()
  return Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))
}
describe('shards merged', () => {
  test('are the preparation of all clips, byte for byte, however many they are', async () => {
    expect(expected.result).toMatchObject({ clips: 7, failures: [{ clip: 'bad', reason: 'not-a-video' }] })
    expect(Object.keys(expected.files)).toEqual(
      expect.arrayContaining(['/manifest.jsonl', '/prepare.json', '/protocol.json']),
    )
    for (const count of full ? [1, 2, 5] : [5]) {
      const { result, files } = await sharded(options, count, at(`own ${count}`))
      expect({ result, files }).toEqual(expected)
    }
    for (const count of full ? [1, 2, 5] : [2])
      expect(await sharded({ ...options, jobs: 2 }, count, at(`shared ${count}`), 'shared')).toMatchObject(expected)
  }, 60_000)

  test('whatever order the folders come in, copied, copied twice, merged twice', async () => {
    const told: string[] = []
    const onProgress = (...[done, total, what]: [number, number, string]) => void told.push(`${done}/${total} ${what}`)
    await mergePreparations({ folders: parts.toReversed(), out: at('merged'), onProgress })
    expect(told).toHaveLength(14)
    expect([told[6], told[13]]).toEqual(['7/7 files checked', '7/7 in place'])
    expect(await filesOf(at('merged'))).toEqual(expected.files)
    await cp(parts[1], at('twice'), { recursive: true })
    await merge([...parts, at('twice')], 'merged')
    expect(await filesOf(at('merged'))).toEqual(expected.files)
    await mkdir(at('together'))
    for (const [index, part] of parts.entries()) await cp(part, at('together', `node ${index}`), { recursive: true })
    await mergePreparations({ folders: [at('together')] })
    expect((await filesOf(at('together')))['/manifest.jsonl']).toBe(expected.files['/manifest.jsonl'])
    // What was merged goes on as what was prepared in one piece.
    expect(await prepare({ ...options, out: at('merged') })).toMatchObject({ kept: 7 })
  })

  test('a copy that lacks files is made good by another', async () => {
    await cp(parts[0], at('poor'), { recursive: true })
    await rm(at('poor', 'clips'), { recursive: true })
    await merge([at('poor'), ...parts], 'of a poor copy')
    expect(await filesOf(at('of a poor copy'))).toEqual(expected.files)
  })

  test('a shard has the clips whose names say so, and writes no manifest', async () => {
    for (const [index, part] of parts.entries()) {
      const own = ids.filter((id) => isOfShard(id, { index: index + 1, count: 3 }) && id !== 'bad')
      expect((await readdir(join(part, 'clips'))).sort()).toEqual(own)
      expect((await readdir(part)).sort()).toEqual([
        'clips',
        `prepare.${index + 1}-of-3.journal.jsonl`,
        `prepare.${index + 1}-of-3.shard.json`,
      ])
    }
  })

  test('prepared twice it has the same bytes, in several processes too', async () => {
    const before = await filesOfShard(parts[1])
    await shard('part-2', '2/3')
    await shard('part-2', '2/3', { jobs: 2 })
    expect(await filesOfShard(parts[1])).toEqual(before)
  })

  test('one that was stopped goes on', async () => {
    const controller = new AbortController()
    const stopped = shard('stopped', '1/1', {
      signal: controller.signal,
      jobs: 1,
      onProgress: ({ done }) => {
        if (done === 4) controller.abort()
      },
    })
    await expect(stopped).rejects.toMatchObject({ code: 'aborted' })
    expect((await preparationsStatus([at('stopped')]))[0].shards).toMatchObject([
      { state: 'stopped', measured: 4, total: 8, failed: 1 },
    ])
    await expect(merge([at('stopped')], 'refused')).rejects.toMatchObject({
      code: 'bad-shards',
      message:
        /8 clips in shard 1\/1, found 4: .*hen not prepared; then: run prepare --shard 1\/1 again|8 clips in shard 1\/1, found 4/,
    })
    expect((await shard('stopped', '1/1')).kept).toBe(3)
    await mergePreparations({ folders: [at('stopped')] })
    expect(await filesOf(at('stopped'))).toEqual(expected.files)
  })

  test('a number of shards that changes half-way takes over what was prepared', async () => {
    await cp(parts[0], at('changing'), { recursive: true })
    const kept = [await shard('changing', '1/2'), await shard('changing', '2/2')].reduce(
      (sum, each) => sum + each.kept,
      0,
    )
    expect(kept).toBe((await readdir(join(parts[0], 'clips'))).length)
    expect(
      (await preparationsStatus([at('changing')])).map(({ shards, passedOverFor }) => [shards.length, passedOverFor]),
    ).toEqual([
      [2, undefined],
      [3, 2],
    ])
    const warnings: string[] = []
    await mergePreparations({ folders: [at('changing')], onWarning: (message) => void warnings.push(message) })
    expect(warnings).toEqual(['all 2 shards are there; passed over: 1/3'])
    expect(await filesOf(at('changing'))).toEqual(expected.files)
    // Where both numbers are whole they have to say the same.
    await merge([at('changing'), ...parts], 'both numbers')
    expect(await filesOf(at('both numbers'))).toEqual(expected.files)
  })

  test('shards without clips are none that is missing', async () => {
    const { result, files } = await sharded(options, 30, at('many'), 'shared')
    expect({ result, files }).toEqual(expected)
  })

  test('of clips that all fail the report is written, as it is unsharded', async () => {
    await writeDataset(at('failing'), ['one', 'two'])
    for (const id of ['one', 'two']) await writeFile(at('failing', id, 'video.mkv'), 'no video')
    const given = { ...options, dataset: at('failing') }
    await expect(whole(given, at('fails'))).rejects.toMatchObject({ code: 'no-clips' })
    await expect(sharded(given, 2, at('fails in shards'))).rejects.toMatchObject({ code: 'no-clips' })
    expect(await filesOf(at('fails in shards'))).toEqual(await filesOf(at('fails')))
  })
})

describe('runs beside each other', () => {
  const lock = JSON.stringify({ pid: 1, host: 'elsewhere', born: null, space: null, beat: 20_000 })

  test('a shard and a whole preparation do not work in one folder at once; other shards do', async () => {
    await cp(parts[0], at('busy'), { recursive: true })
    await writeFile(at('busy', '.prepare.2-of-3.lock'), lock)
    await expect(prepare({ ...options, out: at('busy') })).rejects.toMatchObject({ code: 'locked' })
    await expect(shard('busy', '2/3')).rejects.toMatchObject({ code: 'locked' })
    expect((await preparationsStatus([at('busy')]))[0].shards.map(({ state }) => state)).toEqual([
      'done',
      'missing',
      'missing',
    ])
    await shard('busy', '3/3')
    await expect(mergePreparations({ folders: parts, out: at('busy') })).rejects.toMatchObject({ code: 'locked' })
    await rm(at('busy', '.prepare.2-of-3.lock'))
    await writeFile(at('busy', '.prepare.lock'), lock)
    await expect(shard('busy', '2/3')).rejects.toMatchObject({ code: 'locked' })
    // Whoever knows that it is gone need not wait.
    await shard('busy', '2/3', { takeLock: true })
    await rm(at('busy', '.prepare.lock'))
    await writeFile(at('busy', '.prepare.1-of-3.lock'), lock)
    expect(await prepare({ ...options, out: at('busy'), takeLock: true })).toMatchObject({ kept: 7 })
  })

  test('one that was taken over while it was at work is the same of both', async () => {
    const first = shard('taken over', '1/1', { jobs: 1 })
    const taken = at('taken over', '.prepare.1-of-1.lock')
    while (!(await isThere(taken))) await setTimeout(1)
    await rm(taken)
    const second = shard('taken over', '1/1', { jobs: 1 })
    for (const each of await Promise.all([first, second])) expect(each).toMatchObject({ clips: 7 })
    await mergePreparations({ folders: [at('taken over')] })
    expect(await filesOf(at('taken over'))).toEqual(expected.files)
  })

  test('what another shard has in the making is left alone', async () => {
    await cp(parts[0], at('making'), { recursive: true })
    const partial = at('making', 'clips', `.hen.1-000000001234abcd.partial`)
    await mkdir(partial)
    await shard('making', '2/3')
    expect(await readdir(at('making', 'clips'))).toContain('.hen.1-000000001234abcd.partial')
  })

  test('a shard of other inputs in the same folder is refused, and replaced where that is asked', async () => {
    await cp(parts[2], at('replaced'), { recursive: true })
    const protocol = changed(smallProtocol, { window: { frames: 5, start: 0, fps: 6 } })
    await expect(shard('replaced', '3/3', { protocol })).rejects.toMatchObject({ code: 'other-inputs' })
    await shard('replaced', '3/3', { protocol, overwrite: true })
    await writeFile(third(at('replaced')), '{')
    await shard('replaced', '3/3')
    await merge([parts[0], parts[1], at('replaced')], 'after replacing')
    expect(await filesOf(at('after replacing'))).toEqual(expected.files)
  })
})

test('the state of shards: done, missing, running, and whether the manifest is there', async () => {
  const [status] = await preparationsStatus(parts.slice(0, 2))
  expect(status).toMatchObject({ dataset: 'physics', protocol: 'small-48x64', concluded: false })
  expect(status.shards.map(({ state }) => state)).toEqual(['done', 'done', 'missing'])
  const [all] = await preparationsStatus(parts)
  expect(all.shards.reduce((sum, { measured }) => sum + measured, 0)).toBe(8)
  expect(all.shards.reduce((sum, { failed }) => sum + failed, 0)).toBe(1)
  await merge(parts, 'part-1')
  expect((await preparationsStatus(parts))[0].concluded).toBe(true)
})
