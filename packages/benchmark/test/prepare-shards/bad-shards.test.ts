import { cp, mkdir, readdir, readFile, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hashBytes } from '@kinemetric/files'
import { beforeAll, describe, expect, test } from 'vitest'
import { isOfShard, mergePreparations, prepare, preparationsStatus } from '../../src/index.ts'
import { changed, smallProtocol } from '../small-benchmark.ts'
import { ids, preparedParts, third } from './prepared-parts.ts'
import { filesOf } from './sharded.ts'

process.env.KINEMETRIC_COMMIT = 'test'
const { at, options, shard, merge, parts } = await preparedParts()
const isOfThird = (id: string) => isOfShard(id, { index: 3, count: 3 })

/** What the shards are when nothing is amiss. */
let expected: Record<string, string>
beforeAll(async () => {
  await merge(parts, 'sound')
  expected = await filesOf(at('sound'))
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
      expect(await filesOf(at(`file ${name} again`))).toEqual(expected)
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
    expect(await filesOf(at('another'))).toEqual(expected)
  })
})
