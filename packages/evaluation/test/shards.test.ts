import { createHash } from 'node:crypto'
import { cp, mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseShard } from '../../benchmark/src/index.ts'
import { smallProtocol } from '../../benchmark/test/small-benchmark.ts'
import { sumField } from '../src/journal/journal-lines.ts'
import { preparedBenchmark, writeMethod } from './prepared-benchmark.ts'
import { type EvaluateMethodsOptions, evaluateMethods, measureShard, mergeShards, shardsStatus } from '../src/index.ts'

process.env.KINEMETRIC_COMMIT = 'test'
const ids = Array.from({ length: 9 }, (_, index) => `clip-${index}`)
const { root, manifest } = await preparedBenchmark(ids)
await writeMethod(join(root, 'plain'), ids, { shift: 0.2, without: [4] })
await writeMethod(join(root, 'samples'), ids, { shift: 0.4, samples: 2 })

const options = (out: string, more: Partial<EvaluateMethodsOptions> = {}): EvaluateMethodsOptions => ({
  reference: { manifest },
  protocol: smallProtocol,
  metrics: ['psnr', 'ssim', 'motion-fidelity'],
  tracker: 'lucas-kanade',
  unrelated: 1,
  cache: false,
  out: join(root, out),
  methods: ['plain', 'samples'].map((id) => ({ generated: join(root, id), method: { id } })),
  ...more,
})
const shard = (out: string, text: string, more: Partial<EvaluateMethodsOptions> = {}) =>
  measureShard({ ...options(out, more), shard: parseShard(text) })

/** Records, tables and hashes of a results folder. */
async function digests(out: string): Promise<Record<string, string>> {
  const folder = join(root, out, 'small-48x64')
  const found: Record<string, string> = {}
  for (const name of (await readdir(folder)).sort())
    if (/^(plain|samples)\.(json|parquet|hashes\.jsonl)$/.test(name))
      found[name] = createHash('sha256')
        .update(await readFile(join(folder, name)))
        .digest('hex')
  return found
}

await evaluateMethods(options('whole'))
const whole = await digests('whole')
for (const text of ['1/3', '2/3', '3/3']) await shard(`part-${text[0]}`, text)
const parts = ['part-1', 'part-2', 'part-3'].map((name) => join(root, name))

describe('shards merged', () => {
  test('are the records of one pass, byte for byte, whatever order the folders come in', async () => {
    expect(Object.keys(whole)).toHaveLength(6)
    await mergeShards({ folders: parts.toReversed(), out: join(root, 'merged') })
    expect(await digests('merged')).toEqual(whole)
  })

  test('copied into one folder, shards measured twice, in several processes and after a stop too', async () => {
    const controller = new AbortController()
    const stopped = shard('one', '2/3', {
      signal: controller.signal,
      onProgress: (event) => {
        if (event.kind === 'clip' && event.done === 3) controller.abort()
      },
    })
    await expect(stopped).rejects.toMatchObject({ code: 'aborted' })
    await expect(mergeShards({ folders: [join(root, 'one')] })).rejects.toMatchObject({ code: 'bad-shards' })
    const [again] = await shard('one', '2/3', { jobs: 2 })
    expect(again.resumed).toBeGreaterThan(0)
    await shard('one', '2/3')
    for (const part of [parts[0], parts[2]]) await cp(part, join(root, 'one'), { recursive: true })
    await mergeShards({ folders: [join(root, 'one')] })
    expect(await digests('one')).toEqual(whole)
    await expect(mergeShards({ folders: [join(root, 'one')] })).rejects.toMatchObject({ code: 'record-exists' })
  })

  test('a shard writes no record', async () => {
    expect(
      (await readdir(join(parts[0], 'small-48x64'))).filter((name) =>
        /\.(parquet|hashes\.jsonl)$|^plain\.json$/.test(name),
      ),
    ).toEqual([])
  })

  test('a folder that was copied twice counts once', async () => {
    await cp(parts[1], join(root, 'twice'), { recursive: true })
    await mergeShards({ folders: [...parts, join(root, 'twice')], out: join(root, 'merged-twice') })
    expect(await digests('merged-twice')).toEqual(whole)
  })
})

const copyOf = async (name: string, from = 'part-3') => {
  await cp(join(root, from), join(root, name), { recursive: true })
  return join(root, name)
}
const refused = async (folders: readonly string[]) => {
  const out = join(root, 'refused')
  const error: unknown = await mergeShards({ folders, out }).catch((each: unknown) => each)
  expect(await readdir(join(out, 'small-48x64')).catch(() => [])).toEqual([])
  expect(error).toMatchObject({ name: 'KinemetricError', code: 'bad-shards', kind: 'input' })
  return error instanceof Error ? error.message : ''
}
const journalIn = (folder: string, text = '3-of-3') => join(folder, 'small-48x64', `plain.${text}.journal.jsonl`)

/** A journal whose lines have the checksums of what they say. */
function summed(text: string): string {
  const [header, ...lines] = text.trimEnd().split('\n')
  return [header, ...lines.map((line) => `${line.slice(0, -26)}${sumField(`${line.slice(0, -26)}}`)}`), ''].join('\n')
}

describe('what cannot be merged is named, and no record is left', () => {
  test('a missing shard', async () => {
    expect(await refused(parts.slice(0, 2))).toMatch(/expected all 3 shards, found none of 3\/3/)
  })

  test('what is seen at once before journals are read: a gap, a record of any of the methods', async () => {
    const folder = await copyOf('unread')
    // Reading it would end with another error.
    await rm(journalIn(folder))
    await mkdir(journalIn(folder))
    expect(await refused([parts[0], folder])).toMatch(/found none of 2\/3/)
    const out = join(root, 'there already')
    await mkdir(join(out, 'small-48x64'), { recursive: true })
    await writeFile(join(out, 'small-48x64', 'samples.json'), '')
    const merged = mergeShards({ folders: [parts[0], parts[1], folder], out })
    await expect(merged).rejects.toMatchObject({
      code: 'record-exists',
      where: expect.stringMatching(/samples\.json$/),
    })
    expect(await readdir(join(out, 'small-48x64'))).toEqual(['samples.json'])
    await expect(mergeShards({ folders: [parts[0], parts[1], folder], out, overwrite: true })).rejects.toMatchObject({
      code: 'not-a-file',
    })
  })

  test('what a shard kept is missing, or damaged; run again it makes it', async () => {
    const folder = await copyOf('without kept')
    const kept = join(folder, 'small-48x64', 'kept')
    const entries = (await readdir(kept, { recursive: true, withFileTypes: true })).filter((each) => each.isFile())
    expect(entries.length).toBeGreaterThan(0)
    for (const { parentPath, name } of entries) {
      const bytes = await readFile(join(parentPath, name))
      await writeFile(join(parentPath, name), bytes.with(bytes.length - 3, bytes[bytes.length - 3] ^ 1))
    }
    const words =
      /expected all that the shards of \w+ kept \(.*found some of it missing or damaged; copy the folders kept\//
    expect(await refused([parts[0], parts[1], folder])).toMatch(words)
    await rm(kept, { recursive: true })
    expect(await refused([parts[0], parts[1], folder])).toMatch(words)
    await shard('without kept', '3/3')
    await mergeShards({ folders: [parts[0], parts[1], folder], out: join(root, 'kept again') })
    expect(await digests('kept again')).toEqual(whole)
  })

  test('no shards, no folder', async () => {
    expect(await refused([join(root, 'prepared')])).toMatch(/found none/)
    expect(await refused([join(root, 'nowhere')])).toMatch(/nowhere/)
  })

  test('a journal that was cut anywhere, that is gone, that holds nonsense', async () => {
    const folder = await copyOf('cut')
    const journal = journalIn(folder)
    const { length } = await readFile(journal)
    for (const at of [length - 1, Math.floor(length / 2), 10, 0]) {
      await cp(journalIn(parts[2]), journal)
      await truncate(journal, at)
      expect(await refused([parts[0], parts[1], folder])).toMatch(
        /plain in shard 3\/3, found \d+: clip-.* not measured/,
      )
    }
    await writeFile(journal, 'nonsense\n')
    expect(await refused([parts[0], parts[1], folder])).toMatch(/not measured/)
    await rm(journal)
    expect(await refused([parts[0], parts[1], folder])).toMatch(/not measured/)
  })

  test('shards of another number, protocol, weights or version', async () => {
    await shard('other-number', '2/4')
    const two = await refused([parts[0], parts[1], join(root, 'other-number')])
    expect(two).toMatch(
      /all shards of one number, found 1\/3, 2\/3 and 2\/4 \(of 3: .*none of 3\/3; of 4: .*none of 1\/4, 3\/4, 4\/4\)/,
    )
    await shard('other-metrics', '3/3', { metrics: ['psnr'] })
    expect(await refused([parts[0], parts[1], join(root, 'other-metrics')])).toMatch(/other .*needs/)
    process.env.KINEMETRIC_COMMIT = 'another'
    await shard('other-code', '3/3').finally(() => (process.env.KINEMETRIC_COMMIT = 'test'))
    expect(await refused([parts[0], parts[1], join(root, 'other-code')])).toMatch(
      /found other version of kinemetric \(0\.1\.0, commit another; there 0\.1\.0, commit test\); run score --shard .* with --restart/,
    )
  })

  test('one that was measured twice with different results', async () => {
    const folder = await copyOf('different')
    const text = await readFile(journalIn(folder), 'utf8')
    const changed = text.replaceAll(/"values":\[(\d+)\./g, '"values":[9$1.')
    await writeFile(journalIn(folder), summed(changed))
    expect(await refused([...parts, folder])).toMatch(/other measurements of clip-/)
    // By hand, without the checksum that it would have: nobody measured that.
    await writeFile(journalIn(folder), changed)
    expect(await refused([parts[0], parts[1], folder])).toMatch(/found \d+: clip-.* not measured/)
  })

  test('a file that speaks of more shards than there can be, or of one beyond them', async () => {
    const folder = await copyOf('many')
    const path = join(folder, 'small-48x64', 'plain.3-of-3.shard.json')
    const text = await readFile(path, 'utf8')
    for (const shard of ['{"index":3,"count":1000000000}', '{"index":4,"count":3}']) {
      await writeFile(path, text.replace('{"index":3,"count":3}', shard))
      expect(await refused([parts[0], parts[1], folder])).toMatch(/the file of a shard/)
    }
  })

  test('a journal whose addresses lead out of its folder', async () => {
    const folder = await copyOf('leading-out')
    const text = await readFile(journalIn(folder), 'utf8')
    const led = text.replace(
      /"generated":"[0-9a-f]{64}","reference":"[0-9a-f]{64}"\}\}/,
      '"generated":"../../../x","reference":"../../../x"}}',
    )
    expect(led).not.toBe(text)
    await writeFile(journalIn(folder), summed(led))
    expect(await refused([parts[0], parts[1], folder])).toMatch(/not measured/)
  })

  test('a file that is no shard’s', async () => {
    const folder = await copyOf('junk')
    await writeFile(join(folder, 'small-48x64', 'plain.3-of-3.shard.json'), '{"schema":"kinemetric/shard@2"}')
    expect(await refused([parts[0], parts[1], folder])).toMatch(/the file of a shard/)
  })
})

const states = async (folders: readonly string[]) =>
  (await shardsStatus(folders)).map(({ method, shards, concluded }) => [
    method,
    shards.map(({ state }) => state).join(' '),
    concluded,
  ])

describe('the state of shards', () => {
  test('done, stopped, missing; by whom, and whether the record is there', async () => {
    expect(await states(parts)).toEqual([
      ['plain', 'done done done', false],
      ['samples', 'done done done', false],
    ])
    expect(await states([join(root, 'one')])).toEqual([
      ['plain', 'done done done', true],
      ['samples', 'done done done', true],
    ])
    const folder = await copyOf('stopped')
    await truncate(journalIn(folder), (await readFile(journalIn(folder))).length - 1)
    expect(await states([parts[0], folder])).toEqual([
      ['plain', 'done missing stopped', false],
      ['samples', 'done missing done', false],
    ])
    const lock = { pid: process.pid, host: 'elsewhere', born: null, space: null, beat: 20_000 }
    await writeFile(join(folder, 'small-48x64', '.plain.3-of-3.lock'), JSON.stringify(lock))
    const [plain] = await shardsStatus([folder])
    expect(plain.shards[2]).toMatchObject({ state: 'running', holder: { pid: process.pid, host: 'elsewhere' } })
    const failed = (await shardsStatus(parts))[0].shards.reduce((sum, each) => sum + each.failed, 0)
    expect(failed).toBe(1)
  })
})
