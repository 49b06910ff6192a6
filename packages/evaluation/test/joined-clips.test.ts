import { createHash } from 'node:crypto'
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { parseShard } from '@kinemetric/benchmark'
import { smallProtocol } from '../../benchmark/test/small-benchmark.ts'
import { preparedBenchmark, writeMethod } from './prepared-benchmark.ts'
import {
  type EvaluateMethodsOptions,
  evaluateMethods,
  type MeasuredShard,
  measureShard,
  mergeShards,
} from '../src/index.ts'

const full = process.env.KINEMETRIC_FULL === '1'
process.env.KINEMETRIC_COMMIT = 'test'
const ids = Array.from({ length: 7 }, (_, index) => `clip-${index}`)
const { root, manifest } = await preparedBenchmark(ids)
await writeMethod(join(root, 'plain'), ids, { shift: 0.2, without: [2] })
await writeMethod(join(root, 'samples'), ids, { shift: 0.4, samples: 2 })

const lineSchema = z.looseObject({
  id: z.string(),
  source: z.looseObject({ video: z.string() }),
  reference: z.looseObject({ path: z.string() }).optional(),
})
type Line = z.infer<typeof lineSchema>
const lines = (await readFile(manifest, 'utf8'))
  .trim()
  .split('\n')
  .map((line) => lineSchema.parse(JSON.parse(line)))

/** A manifest of some lines beside the whole one. */
async function written(name: string, of: readonly Line[]): Promise<string> {
  const path = join(root, 'prepared', `${name}.jsonl`)
  await writeFile(path, of.map((line) => `${JSON.stringify(line)}\n`).join(''))
  return path
}
const [first, second, , , fifth, sixth, last] = lines
const four = await written('four', lines.slice(0, 4))
// Of those that join one is cut from a video that a clip before them is of, and one is a prompt; another stands before them all.
const blind = { ...last, schema: 'kinemetric/prompt@1', reference: undefined, objectMasks: undefined }
const seven = await written('seven', [
  sixth,
  ...lines.slice(0, 4),
  { ...fifth, source: { ...fifth.source, video: first.source.video } },
  blind,
])

const options = (
  from: string,
  out: string,
  {
    methods = ['plain', 'samples'],
    ...more
  }: Partial<Omit<EvaluateMethodsOptions, 'methods'>> & { methods?: string[] } = {},
): EvaluateMethodsOptions => ({
  reference: { manifest: from },
  protocol: smallProtocol,
  metrics: ['psnr'],
  cache: false,
  out: join(root, out),
  methods: methods.map((id) => ({ generated: join(root, id), method: { id } })),
  ...more,
})
type More = Parameters<typeof options>[2]

/** Both shards of two, one after the other. */
async function shards(from: string, out: string, more?: More): Promise<MeasuredShard[]> {
  const found: MeasuredShard[] = []
  for (const text of ['1/2', '2/2'])
    found.push(...(await measureShard({ ...options(from, out, more), shard: parseShard(text) })))
  return found
}
const sum = (of: readonly MeasuredShard[], key: 'measured' | 'resumed', method?: string) =>
  of.filter((each) => method === undefined || each.method === method).reduce((total, each) => total + each[key], 0)

async function digests(out: string): Promise<Record<string, string>> {
  const folder = join(root, out, 'small-48x64')
  const found: Record<string, string> = {}
  for (const name of (await readdir(folder)).sort())
    if (/^\w+\.(json|parquet|hashes\.jsonl)$/.test(name))
      found[name] = createHash('sha256')
        .update(await readFile(join(folder, name)))
        .digest('hex')
  return found
}

/** What one pass leaves of a manifest. */
async function onePass(from: string, out: string, more?: More): Promise<Record<string, string>> {
  await evaluateMethods(options(from, out, more))
  return digests(out)
}

const merge = (out: string) => mergeShards({ folders: [join(root, out)], overwrite: true })

/** Every line that a shard is to have. */
async function tasksIn(found: readonly MeasuredShard[]): Promise<Set<string>> {
  const schema = z.object({ tasks: z.array(z.json()) })
  const all = await Promise.all(
    found.map(async ({ method, file }) =>
      schema.parse(JSON.parse(await readFile(file, 'utf8'))).tasks.map((task) => JSON.stringify([method, task])),
    ),
  )
  return new Set(all.flat())
}

describe('clips that join and leave', () => {
  // What is kept beside the lines, tracks among it, goes with them: in a full run.
  const motion: More = full ? { metrics: ['psnr', 'motion-fidelity'], tracker: 'lucas-kanade' } : { metrics: ['psnr'] }
  const how: More = { ...motion, unrelated: 1 }
  let before: Set<string>
  beforeAll(async () => {
    before = await tasksIn(await shards(four, 'parts', how))
  })

  test('cost what they are themselves: all that was measured counts, and the record is that of one pass', async () => {
    const joined = await shards(seven, 'parts', how)
    const after = await tasksIn(joined)
    // Clips held against other clips are drawn anew: of these some stay.
    const kept = [...before].filter((task) => after.has(task))
    expect(before.size).toBeGreaterThan(12)
    expect(kept.filter((task) => !task.includes('against'))).toHaveLength(12)
    expect(sum(joined, 'resumed')).toBe(kept.length)
    await merge('parts')
    expect(await digests('parts')).toEqual(await onePass(seven, 'whole-seven', how))
  })

  test('when they leave nothing is measured, and what is left of them is in no record', async () => {
    const left = await shards(four, 'parts', how)
    expect(sum(left, 'resumed')).toBe(sum(left, 'measured'))
    await merge('parts')
    expect(await digests('parts')).toEqual(await onePass(four, 'whole-four', how))
  })
})

test('a method that joins costs its own alone', async () => {
  await shards(four, 'methods', { methods: ['plain'] })
  const both = await shards(four, 'methods')
  expect(sum(both, 'resumed', 'plain')).toBe(4)
  expect(sum(both, 'resumed', 'samples')).toBe(0)
  await merge('methods')
  expect(await digests('methods')).toEqual(await onePass(four, 'methods-whole'))
})

test('an unfinished run of one pass goes on with clips that joined', async () => {
  const controller = new AbortController()
  const stopped = evaluateMethods({
    ...options(four, 'unfinished', { methods: ['plain'], signal: controller.signal }),
    onProgress: (event) => {
      if (event.kind === 'clip' && event.done === 3) controller.abort()
    },
  })
  await expect(stopped).rejects.toMatchObject({ code: 'aborted' })
  const [{ run }] = await evaluateMethods(options(seven, 'unfinished', { methods: ['plain'] }))
  expect(run.clips).toMatchObject({ resumed: 3, scoredNow: 4 })
  expect(await digests('unfinished')).toEqual(await onePass(seven, 'unfinished-whole', { methods: ['plain'] }))
})

test('a record of other clips is not overwritten by the rest of an unfinished run', async () => {
  const [{ paths }] = await evaluateMethods(options(four, 'kept', { methods: ['plain'] }))
  const controller = new AbortController()
  const stopped = evaluateMethods({
    ...options(seven, 'kept', { methods: ['plain'], overwrite: true, signal: controller.signal }),
    onProgress: (event) => {
      if (event.kind === 'clip' && event.done === 3) controller.abort()
    },
  })
  await expect(stopped).rejects.toMatchObject({ code: 'aborted' })
  const text = await readFile(paths.record, 'utf8')
  await expect(evaluateMethods(options(seven, 'kept', { methods: ['plain'] }))).rejects.toMatchObject({
    code: 'record-exists',
  })
  expect(await readFile(paths.record, 'utf8')).toBe(text)
})

const one = (from: string, text: string) =>
  measureShard({ ...options(from, 'different', { methods: ['plain'] }), shard: parseShard(text) })

test('shards of different manifests are refused, and go on where they are run again', async () => {
  await one(four, '1/2')
  await one(seven, '2/2')
  await expect(merge('different')).rejects.toThrow(
    /found other references, .*; run score --shard of those that are older/,
  )
  const [again] = await one(seven, '1/2')
  expect(again.resumed).toBeGreaterThan(0)
  await merge('different')
  expect(await digests('different')).toEqual(await onePass(seven, 'different-whole', { methods: ['plain'] }))
})

test('a clip whose reference is another is measured again; until it is, nobody takes the old line for it', async () => {
  const how: More = { methods: ['plain'], unrelated: 3 }
  await shards(four, 'changed', how)
  await merge('changed')
  const changed = await written('changed', [first, { ...second, reference: last.reference }, ...lines.slice(2, 4)])
  const stopped = new AbortController()
  stopped.abort()
  const stopping = { ...how, signal: stopped.signal }
  const ends = ['1/2', '2/2'].map((text) =>
    measureShard({ ...options(changed, 'changed', stopping), shard: parseShard(text) }),
  )
  // One of the shards has nothing to measure, perhaps.
  expect((await Promise.allSettled(ends)).map(({ status }) => status)).toContain('rejected')
  await expect(merge('changed')).rejects.toThrow(/found \d+: clip-.* not measured/)
  const again = await shards(changed, 'changed', how)
  // The clip itself, and the two others with a video, which are held against its reference.
  expect(sum(again, 'measured') - sum(again, 'resumed')).toBe(3)
  await merge('changed')
  expect(await digests('changed')).toEqual(await onePass(changed, 'changed-whole', how))
})

test('a reference that was missing is looked for again, and a failure that stays is none that is measured again', async () => {
  const path = join(root, 'prepared', first.reference?.path ?? '')
  const aside = `${path}.aside`
  await rename(path, aside)
  const failed = await shards(four, 'missing', { methods: ['plain'] }).finally(async () => {
    expect(sum(await shards(four, 'missing', { methods: ['plain'] }), 'resumed')).toBe(4)
    await rename(aside, path)
  })
  expect(failed.flatMap(({ failures }) => failures.map(({ reason }) => reason)).sort()).toEqual([
    'missing-generated',
    'missing-reference',
  ])
  expect(sum(await shards(four, 'missing', { methods: ['plain'] }), 'resumed')).toBe(3)
  await merge('missing')
  expect(await digests('missing')).toEqual(await onePass(four, 'missing-whole', { methods: ['plain'] }))
})

async function setVersion(path: string, version: string): Promise<void> {
  await writeFile(path, (await readFile(path, 'utf8')).replace(/kinemetric\/(journal|shard)@\d/, version))
}

test('journals and shards of the earlier version are refused by name, and a restart begins anew', async () => {
  const [early, late] = await shards(four, 'earlier', { methods: ['plain'] })
  await setVersion(early.journal, 'kinemetric/journal@2')
  const again = (more?: More) =>
    measureShard({ ...options(four, 'earlier', { methods: ['plain'], ...more }), shard: early.shard })
  await expect(again()).rejects.toMatchObject({
    code: 'other-inputs',
    message: expect.stringMatching(/found kinemetric\/journal@2; .*restart/),
  })
  await expect(merge('earlier')).rejects.toThrow(/found kinemetric\/journal@2/)
  await setVersion(late.file, 'kinemetric/shard@1')
  await rm(early.file)
  await expect(merge('earlier')).rejects.toThrow(/found one of another \(kinemetric\/shard@1\); /)
  expect((await again({ restart: true }))[0].resumed).toBe(0)
})
