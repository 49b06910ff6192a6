import { execFile } from 'node:child_process'
import { cp, readdir, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { asyncProperty, assert, double } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseShard, shardPaths } from '../../benchmark/src/index.ts'
import { smallProtocol } from '../../benchmark/test/small-benchmark.ts'
import { preparedBenchmark, writeMethod } from './prepared-benchmark.ts'
import { type EvaluateMethodsOptions, evaluateMethods, measureShard, mergeShards, shardsStatus } from '../src/index.ts'
import { Journal, readJournal } from '../src/journal/journal.ts'

process.env.KINEMETRIC_COMMIT = 'test'
const ids = Array.from({ length: 10 }, (_, index) => `clip-${index}`)
const { root, manifest } = await preparedBenchmark(ids)
await writeMethod(join(root, 'plain'), ids, { shift: 0.2, without: [4] })

const options = (out: string): EvaluateMethodsOptions => ({
  reference: { manifest },
  protocol: smallProtocol,
  metrics: ['psnr', 'ssim'],
  unrelated: 1,
  cache: false,
  out: join(root, out),
  methods: [{ generated: join(root, 'plain'), method: { id: 'plain' } }],
})
const shard = (out: string, text: string, more: Partial<EvaluateMethodsOptions> = {}) =>
  measureShard({ ...options(out), ...more, shard: parseShard(text) })
const folderOf = (out: string) => join(root, out, 'small-48x64')
const pathsOf = (out: string, text: string) => shardPaths(folderOf(out), 'plain', parseShard(text))

async function records(out: string): Promise<string[]> {
  const names = ['plain.json', 'plain.parquet', 'plain.hashes.jsonl']
  return Promise.all(names.map(async (name) => (await readFile(join(folderOf(out), name))).toString('base64')))
}
const merge = (out: string) => mergeShards({ folders: [join(root, out)], overwrite: true })
const expectWhole = async (out: string) => {
  await merge(out)
  expect(await records(out)).toEqual(whole)
}
const copied = async (out: string) => {
  await cp(join(root, 'parts'), join(root, out), { recursive: true })
}

await evaluateMethods(options('whole'))
const whole = await records('whole')
for (const text of ['1/2', '2/2']) await shard('parts', text)

describe('a journal that is cut at any byte', () => {
  const source = pathsOf('parts', '2/2').journal

  test('has the lines before the cut, and no other', async () => {
    const bytes = await readFile(source)
    const all = await readJournal(source)
    const path = join(root, 'cut.jsonl')
    await assert(
      asyncProperty(double({ min: 0, max: 1, noNaN: true }), async (share) => {
        const at = Math.round(share * bytes.length)
        await writeFile(path, bytes.subarray(0, at))
        const lines = bytes.subarray(0, at).toString().split('\n').length - 1
        const found = await readJournal(path)
        const outcomes = [...(found?.outcomes.values() ?? [])]
        expect(outcomes).toHaveLength(Math.max(0, lines - 1))
        for (const outcome of outcomes) expect(outcome).toEqual(all?.outcomes.get(outcome))
      }),
      { seed: 13, numRuns: 300 },
    )
  })

  test('is refused by name, and goes on to the same bytes', async () => {
    const { length } = await readFile(source)
    await copied('cut')
    const { journal } = pathsOf('cut', '2/2')
    const cuts = {
      seed: 14,
      numRuns: process.env.KINEMETRIC_FULL === '1' ? 12 : 4,
      examples: [[0], [1e-9], [1 - 1e-9]] satisfies [number][],
    }
    await assert(
      asyncProperty(double({ min: 0, max: 0.999, noNaN: true }), async (share) => {
        await truncate(journal, Math.min(length - 1, Math.floor(share * length)))
        await expect(merge('cut')).rejects.toThrow(
          /in shard 2\/2, found \d+: clip-.* not measured; run score --shard 2\/2/,
        )
        await shard('cut', '2/2')
        await expectWhole('cut')
      }),
      cuts,
    )
  })
})

const states = async (out: string) =>
  (await shardsStatus([join(root, out)])).flatMap(({ shards }) => shards.map(({ state }) => state))

describe('a lock of a node that cannot be seen from here', () => {
  const owner = JSON.stringify({ pid: 4242, host: 'elsewhere', born: null, space: null, beat: 100 })

  test('keeps its shard while it lives; dead, it is another’s when the lease has run out', async () => {
    await copied('lease')
    const { journal, lock } = pathsOf('lease', '1/2')
    await truncate(journal, (await readFile(journal)).length - 1)
    await writeFile(lock, owner)
    expect(await states('lease')).toEqual(['running', 'done'])
    await expect(shard('lease', '1/2')).rejects.toMatchObject({ code: 'locked' })
    const dead = new Date(Date.now() - 11 * 60_000)
    await utimes(lock, dead, dead)
    expect(await states('lease')).toEqual(['stopped', 'done'])
    const [again] = await shard('lease', '1/2')
    expect(again.measured - again.resumed).toBe(1)
    expect(await readdir(folderOf('lease'))).not.toContain('.plain.1-of-2.lock')
    await expectWhole('lease')
  })

  test('that lost its lease and lives on does no harm: a shard that two measure at once is the same', async () => {
    let second: ReturnType<typeof shard> | undefined
    await shard('two', '1/2', {
      onProgress: (event) => {
        if (event.kind !== 'clip' || event.done !== 2) return
        second = rm(pathsOf('two', '1/2').lock).then(() => shard('two', '1/2'))
      },
    })
    expect((await second)?.[0].measured).toBeGreaterThan(2)
    await shard('two', '2/2')
    await expectWhole('two')
  })
})

test('a disk that is full on one node: what was measured is kept, what is missing is named, and the shard goes on', async () => {
  await copied('full')
  const { journal } = pathsOf('full', '1/2')
  const lines = (await readFile(journal, 'utf8')).split('\n')
  // A limit on the sizes of files stands for the disk: half of the journal's lines fit.
  const kib = Math.floor(lines.slice(0, Math.ceil(lines.length / 2)).join('\n').length / 1024)
  await rm(journal)
  const script = join(root, 'shard.mjs')
  await writeFile(
    script,
    `import { measureShard } from ${JSON.stringify(join(import.meta.dirname, '..', 'src', 'index.ts'))}
    process.on('SIGXFSZ', () => {})
    await measureShard(JSON.parse(process.argv[2])).catch((error) => console.log(error.code, error.message))`,
  )
  const { stdout } = await promisify(execFile)('bash', [
    '-c',
    // Node's cache of what it compiled would meet the limit first.
    `ulimit -f ${kib}; NODE_DISABLE_COMPILE_CACHE=1 exec "$0" "$@"`,
    process.execPath,
    script,
    JSON.stringify({ ...options('full'), shard: { index: 1, count: 2 } }),
  ])
  expect(stdout).toMatch(/^disk-full .*no space left; scored clips are kept, run again when there is space/)
  const kept = [...((await readJournal(journal))?.outcomes.values() ?? [])].length
  expect(kept).toBeGreaterThan(0)
  await expect(merge('full')).rejects.toThrow(
    new RegExp(`expected \\d+ measurements of plain in shard 1/2, found ${kept}: clip-.* not measured`),
  )
  const [again] = await shard('full', '1/2')
  expect(again.resumed).toBe(kept)
  await expectWhole('full')
})

test('a line that could not be written whole is not gone on from', async () => {
  const path = join(root, 'torn.jsonl')
  const found = await readJournal(pathsOf('parts', '1/2').journal)
  if (found === undefined) throw new Error('no journal')
  const [one, two] = found.outcomes.values()
  const journal = await Journal.open(path, found.identity, false)
  await journal.add(one)
  await journal.close()
  await writeFile(path, `${await readFile(path, 'utf8')}{"clip":"clip-7","stamp":"to`)
  const again = await Journal.open(path, found.identity, false)
  await again.add(two)
  await again.close()
  expect([...((await readJournal(path))?.outcomes.values() ?? [])]).toHaveLength(2)
})

const edited = async (out: string, edit: (tasks: { clip: string }[]) => { clip: string }[]) => {
  await copied(out)
  const { file } = pathsOf(out, '1/2')
  const value: unknown = JSON.parse(await readFile(file, 'utf8'))
  if (typeof value !== 'object' || value === null || !('tasks' in value) || !Array.isArray(value.tasks))
    throw new Error('no tasks')
  await writeFile(file, JSON.stringify({ ...value, tasks: edit(value.tasks) }))
  return merge(out)
}

const other = async () => [...((await readJournal(pathsOf('parts', '2/2').journal))?.outcomes.values() ?? [])][0].clip

const without = (tasks: { clip: string }[]) => tasks.filter(({ clip }) => clip !== tasks[0].clip)

describe('a shard’s file that was made by hand is refused by name', () => {
  test('with a clip of another shard', async () => {
    const clip = await other()
    await expect(edited('overlap', (tasks) => [...tasks, { clip }])).rejects.toThrow(
      new RegExp(`expected the clips of shard 1/2, each once, found ${clip}, which is of another`),
    )
  })

  test('with a clip twice', async () => {
    await expect(edited('doubled', (tasks) => [...tasks, tasks[0]])).rejects.toThrow(/each once, found some twice/)
  })

  test('without one of its clips', async () => {
    await expect(edited('lacking', without)).rejects.toThrow(/each once, found nothing of clip-\d/)
  })
})
