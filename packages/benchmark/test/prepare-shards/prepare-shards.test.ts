import { cp, mkdir, readdir, readFile, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { hashBytes, isThere } from '@kinemetric/files'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  isOfShard,
  mergePreparations,
  parseShard,
  prepare,
  type PrepareOptions,
  preparationsStatus,
  prepareShard,
} from '../../src/index.ts'
import { changed, smallProtocol, writeDataset, writePair } from '../small-benchmark.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { filesOf, sharded, whole } from './sharded.ts'

const full = process.env.KINEMETRIC_FULL === '1'
process.env.KINEMETRIC_COMMIT = 'test'
const root = await temporaryFolder()
const at = (...parts: string[]) => join(root, ...parts)
const ids = ['ant', 'bad', 'bee', 'cat', 'dog', 'e f', 'gnu', 'hen']
const options = { adapter: 'physics', dataset: at('dataset'), protocol: smallProtocol } as const

let expected: Awaited<ReturnType<typeof whole>>
let parts: string[]
const shard = (out: string, text: string, more: Partial<PrepareOptions> = {}) =>
  prepareShard({ ...options, out: at(out), shard: parseShard(text), ...more })
const merge = (folders: readonly string[], out: string) => mergePreparations({ folders, out: at(out) })

/** Its file and its journal. */
async function filesOfShard(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => name !== 'clips').sort()
  return Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))
}
const isOfThird = (id: string) => isOfShard(id, { index: 3, count: 3 })

beforeAll(async () => {
  await writeDataset(options.dataset, ids)
  await writeFile(join(options.dataset, 'bad', 'video.mkv'), 'no video')
  await writePair(options.dataset, 'ant')
  expected = await whole(options, at('whole'))
  parts = ['part-1', 'part-2', 'part-3'].map((name) => at(name))
  for (const text of ['1/3', '2/3', '3/3']) await shard(`part-${text[0]}`, text)
})

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

const copyOf = async (name: string, from = 'part-3') => {
  await cp(at(from), at(name), { recursive: true })
  return at(name)
}
const refused = async (folders: readonly string[]) => {
  const error: unknown = await merge(folders, 'refused').catch((each: unknown) => each)
  expect(await readdir(at('refused')).catch(() => [])).toEqual([])
  expect(error).toMatchObject({ name: 'KinemetricError', code: 'bad-shards', kind: 'input' })
  return error instanceof Error ? error.message : ''
}
const third = (folder: string) => join(folder, 'prepare.3-of-3.shard.json')
const thirdJournal = (folder: string) => join(folder, 'prepare.3-of-3.journal.jsonl')
const clipIn = async (folder: string) => join(folder, 'clips', (await readdir(join(folder, 'clips')))[0])

describe('what cannot be merged is named, and nothing is written', () => {
  test('a missing shard, no shards, no folder', async () => {
    expect(await refused(parts.slice(0, 2))).toMatch(/expected all 3 shards, found none of 3\/3/)
    expect(await refused([at('dataset')])).toMatch(/found none/)
    expect(await refused([at('nowhere')])).toMatch(/nowhere/)
  })

  test('shards of another number, dataset, protocol, other options, rows or version', async () => {
    await shard('other-number', '2/4')
    expect(await refused([parts[0], parts[1], at('other-number')])).toMatch(
      /all shards of one number, found 1\/3, 2\/3 and 2\/4 \(of 3: .*none of 3\/3; of 4: .*none of 1\/4, 3\/4, 4\/4\)/,
    )
    const protocol = changed(smallProtocol, { window: { frames: 5, start: 0, fps: 6 } })
    await shard('other-protocol', '3/3', { protocol })
    expect(await refused([parts[0], parts[1], at('other-protocol')])).toMatch(
      /other-protocol.*found other protocol; run prepare/,
    )
    await mkdir(at('videos'))
    await cp(join(options.dataset, 'ant', 'video.mkv'), at('videos', 'ant.mkv'))
    await shard('other-dataset', '3/3', { adapter: 'folder', dataset: at('videos') })
    expect(await refused([parts[0], parts[1], at('other-dataset')])).toMatch(/found other dataset, /)
    await cp(options.dataset, at('more'), { recursive: true })
    await cp(at('more', 'ant'), at('more', 'zoo'), { recursive: true })
    await shard('other-rows', '3/3', { dataset: at('more') })
    expect(await refused([parts[0], parts[1], at('other-rows')])).toMatch(
      /found other rows of the dataset; run prepare/,
    )
    process.env.KINEMETRIC_COMMIT = 'another'
    await shard('other-code', '3/3').finally(() => (process.env.KINEMETRIC_COMMIT = 'test'))
    expect(await refused([parts[0], parts[1], at('other-code')])).toMatch(
      /found other version of kinemetric \(0\.1\.0, commit \w+; there 0\.1\.0, commit \w+\); run prepare/,
    )
  })

  test('a journal that was cut anywhere, that is gone, that holds nonsense or something else', async () => {
    const folder = await copyOf('cut')
    const journal = thirdJournal(folder)
    const text = await readFile(journal, 'utf8')
    for (const length of [text.length - 1, Math.floor(text.length / 2), 10, 0]) {
      await writeFile(journal, text)
      await truncate(journal, length)
      expect(await refused([parts[0], parts[1], folder])).toMatch(
        /in shard 3\/3, found \d: .* not prepared; run prepare --shard 3\/3/,
      )
      expect((await preparationsStatus([folder]))[0].shards[2]).toMatchObject({ state: 'stopped' })
    }
    await rm(journal)
    expect(await refused([parts[0], parts[1], folder])).toMatch(/not prepared/)
    await writeFile(journal, `nonsense\n${text}`)
    expect(await refused([parts[0], parts[1], folder])).toMatch(/not prepared/)
    await writeFile(journal, text.replace('"stride":1', '"stride":2'))
    expect(await refused([parts[0], parts[1], folder])).toMatch(/the journal that shard 3\/3 ended with/)
    expect((await preparationsStatus([folder]))[0].shards[2]).toMatchObject({ state: 'stopped' })
  })

  test('a file that is missing or another, a folder of frames with one more', async () => {
    for (const [name, change] of Object.entries({
      missing: (clip: string) => rm(join(clip, 'reference.mkv')),
      other: (clip: string) => writeFile(join(clip, 'image.png'), 'another'),
      more: (clip: string) => writeFile(join(clip, 'control', 'frame_9999.png'), 'x'),
      none: (clip: string) => rm(clip, { recursive: true }),
    })) {
      const folder = await copyOf(`file ${name}`)
      await change(await clipIn(folder))
      expect(await refused([parts[0], parts[1], folder])).toMatch(
        /clips\/.*expected what the journal says of clip.*; prepare its shard again, which makes clips again whose files are others/,
      )
      const warned: string[] = []
      await shard(`file ${name}`, '3/3', { onWarning: (message) => warned.push(message) })
      // Of a clip that is gone altogether nothing was promised by its note.
      expect(warned).toHaveLength(name === 'none' ? 0 : 1)
      await merge([parts[0], parts[1], folder], `file ${name} again`)
      expect(await filesOf(at(`file ${name} again`))).toEqual(expected.files)
    }
  })

  test('a file that leads out of its folder', async () => {
    const folder = await copyOf('leading out')
    const clip = await clipIn(folder)
    for (const name of ['reference.mkv', join('control', 'frame_0000.png')]) {
      await rename(join(clip, name), at('outside'))
      await symlink(at('outside'), join(clip, name))
      expect(await refused([parts[0], parts[1], folder])).toMatch(
        /found a link to|found one outside|expected a file inside/,
      )
      await rm(join(clip, name))
      await rename(at('outside'), join(clip, name))
    }
  })

  test('paths of other clips, and what is no file of a shard', async () => {
    const folder = await copyOf('elsewhere')
    const [file, journal] = [await readFile(third(folder), 'utf8'), await readFile(thirdJournal(folder), 'utf8')]
    const write = async (from: string | RegExp, to: string) => {
      const changedText = journal.replace(from, to)
      expect(changedText).not.toBe(journal)
      await writeFile(thirdJournal(folder), changedText)
      await writeFile(third(folder), file.replace(hashBytes(journal), hashBytes(changedText)))
      return refused([parts[0], parts[1], folder])
    }
    expect(await write(/"path":"clips\/[^/]+\/reference.mkv"/, '"path":"dataset/x.mkv"')).toMatch(/it elsewhere/)
    expect(await write(/"path":"clips\/[^/]+\/reference.mkv"/, '"path":"../x.mkv"')).toMatch(/not prepared/)
    expect(await write(/,"sha256":"[0-9a-f]{64}"(?=,"framesSha256")/, '')).toMatch(/the sha256 of every file/)
    expect(await write(/"id":"[^"]+"/, '"id":"zebra"')).toMatch(/found zebra in its place/)
    await writeFile(thirdJournal(folder), journal)
    for (const [from, to, message] of [
      ['{"index":3,"count":3}', '{"index":4,"count":3}', /the file of a shard/],
      ['{"index":3,"count":3}', '{"index":3,"count":1000000000}', /the file of a shard/],
      ['"rows":{', '"rows":{"x":1,', /the file of a shard/],
    ] as const) {
      expect(file.replace(from, to)).not.toBe(file)
      await writeFile(third(folder), file.replace(from, to))
      expect(await refused([parts[0], parts[1], folder])).toMatch(message)
    }
  })

  test('rows of another shard, and two in one place', async () => {
    const folder = await copyOf('stranger')
    const text = await readFile(third(folder), 'utf8')
    const removed = async (id: string, place: number) => {
      const row = `"removals":[{"place":${place},"id":"${id}","removedAt":"x"}`
      await writeFile(third(folder), text.replace('"removals":[', row))
      return refused([parts[0], parts[1], folder])
    }
    expect(await removed(ids.find((id) => !isOfThird(id)) ?? '', 99)).toMatch(
      /rows of shard 3\/3, found .*, which is of another/,
    )
    const own = ids.find(isOfThird) ?? ''
    expect(await removed(own, ids.indexOf(own))).toMatch(/two in one place/)
  })

  test('a shard that was prepared twice with different results', async () => {
    const [name] = await readdir(join(parts[2], 'clips'))
    await cp(options.dataset, at('changed'), { recursive: true })
    await cp(
      join(options.dataset, ids.find((id) => id !== name) ?? '', 'mask_driver.mkv'),
      at('changed', name, 'mask_driver.mkv'),
    )
    await cp(join(options.dataset, name === 'hen' ? 'gnu' : 'hen', 'video.mkv'), at('changed', name, 'video.mkv'))
    await shard('changed-out', '3/3', { dataset: at('changed') })
    for (const text of ['1/2', '2/2']) await shard('changed-in-two', text, { dataset: at('changed') })
    expect(await refused([...parts, at('changed-in-two')])).toMatch(/expected shards of 3 to say what those of 2 do/)
    expect(await refused([...parts, at('changed-out')])).toMatch(
      /3\/3 to be what it is in .*, found other clips or rows/,
    )
  })

  test('a folder that holds another preparation', async () => {
    await prepare({
      ...options,
      out: at('another'),
      protocol: changed(smallProtocol, { window: { frames: 4, start: 0, fps: 6 } }),
    })
    const before = await filesOf(at('another'))
    const read: string[] = []
    const onProgress = (_: number, __: number, what: string) => void read.push(what)
    const merged = mergePreparations({ folders: parts, out: at('another'), onProgress })
    await expect(merged).rejects.toMatchObject({ code: 'other-inputs' })
    // Before any file of a clip is read.
    expect(read).toEqual([])
    expect(await filesOf(at('another'))).toEqual(before)
    await mergePreparations({ folders: parts, out: at('another'), overwrite: true })
    expect(await filesOf(at('another'))).toEqual(expected.files)
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
