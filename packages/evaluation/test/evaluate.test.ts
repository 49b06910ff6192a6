import { cp, mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { psnr, ssim } from '@kinemetric/metrics'
import { readRecord, readRun, readTable } from '@kinemetric/records'
import { contiguous, sliceFrames, writeLossless, writePngFolder } from '@kinemetric/video'
import { expect, test } from 'vitest'
import { prepare } from '../../benchmark/src/index.ts'
import { evaluate, type EvaluateOptions } from '../src/index.ts'
import { changed, pattern, smallProtocol, writeDataset } from '../../benchmark/test/small-benchmark.ts'
import { temporaryFolder } from '../../benchmark/test/temporary-folder.ts'

const root = await temporaryFolder()
const ids = ['a', 'b', 'c', 'd']
await writeDataset(join(root, 'dataset'), ids)
await prepare({
  adapter: 'physics',
  dataset: join(root, 'dataset'),
  protocol: smallProtocol,
  out: join(root, 'prepared'),
})
const manifest = join(root, 'prepared', 'manifest.jsonl')
const options = (name: string, more: Partial<EvaluateOptions> = {}): EvaluateOptions => ({
  reference: { manifest },
  protocol: smallProtocol,
  generated: join(root, name),
  out: join(root, `${name}-results`),
  cache: false,
  ...more,
})
/** What a method would have made of clip `index`: the right pattern a little ahead. */
const made = (index: number) => pattern({ phase: index + 0.2 })

async function generate(name: string, clips: readonly string[] = ids): Promise<string> {
  const folder = join(root, name)
  await mkdir(folder, { recursive: true })
  for (const id of clips) await writeLossless(join(folder, `${id}.mkv`), { pixels: made(ids.indexOf(id)), fps: 6 })
  return folder
}

const without = (frames: ReturnType<typeof pattern>) => contiguous(sliceFrames(frames, 1))
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
const values = async (table: string) => (await readTable(table)).filter((row) => row.clip !== 'd')

test('scores are the means of the metrics themselves, without the excluded frame, and the table has every value', async () => {
  await generate('plain')
  const { record, run, paths } = await evaluate(options('plain'))
  const expected = ids.map((_, index) => {
    const [a, b] = [without(made(index)), without(pattern({ phase: index }))]
    return { psnr: psnr(a, b), ssim: ssim(a, b) }
  })
  const table = await readTable(paths.table)
  for (const metric of ['psnr', 'ssim'] as const) {
    const score = record.scores.find((item) => item.metric === metric)
    expect(score?.value).toBeCloseTo(mean(expected.map((clip) => mean([...clip[metric]]))), 12)
    // Four clips are too few for an interval of their mean.
    expect(score).toMatchObject({ n: 4, interval: null })
    expect(score?.warnings).toContain('no interval: n = 4: too few for an interval')
    expect(score?.signature).toContain('|frames:1-5|')
    for (const [index, id] of ids.entries()) {
      const rows = table.filter((row) => row.clip === id && row.metric === metric)
      expect(rows.map((row) => row.frame)).toEqual([1, 2, 3, 4, 5, -1])
      expect(rows.slice(0, 5).map((row) => row.value)).toEqual([...expected[index][metric]])
      expect(rows[5].value).toBeCloseTo(mean([...expected[index][metric]]), 12)
    }
  }
  expect(record).toMatchObject({
    failures: [],
    clips: { total: 4, scored: 4, failed: 0, table: 'plain.parquet' },
    method: { id: 'plain', trivial: false },
    protocol: { id: 'small-48x64', frames: 6, excludedFrames: [0], size: [48, 64] },
    provenance: { provider: 'cpu', weights: [], manifest: expect.stringMatching(/^[0-9a-f]{64}$/) },
  })
  expect(await readRecord(paths.record)).toEqual(record)
  expect(await readRun(paths.run)).toEqual(run)
  expect((await readdir(paths.folder)).sort()).toEqual([
    'labels.jsonl',
    'plain.hashes.jsonl',
    'plain.json',
    'plain.parquet',
    'plain.run.json',
  ])
})

test('every layout of generated clips gives the same scores', async () => {
  const folder = await generate('layouts', ['a'])
  await writePngFolder(join(folder, 'b'), { pixels: made(1), fps: undefined })
  await writePngFolder(join(folder, 'c', 's0'), { pixels: made(2), fps: undefined })
  await writeFile(join(folder, 'c', 's0', 'item.json'), '{"status":"ok","wallMs":3}')
  await mkdir(join(folder, 'd', 's0'), { recursive: true })
  await writePngFolder(join(folder, 'd', 's1'), { pixels: made(3), fps: undefined })
  await writeFile(join(folder, 'd', 's1', 'item.json'), '{"status":"ok"}')
  await writeFile(
    join(folder, 'd', 's0', 'item.json'),
    '{"status":"failed","error":{"type":"OOM","message":"out of memory"}}',
  )
  await writeFile(
    join(folder, 'run.json'),
    JSON.stringify({ method: { id: 'mine', displayName: 'Mine', version: '2', trivial: true }, config: { steps: 3 } }),
  )
  await generate('layouts-plain')
  const plain = (await evaluate(options('layouts-plain'))).record
  const { record, paths } = await evaluate(options('layouts', { sample: 0 }))
  expect(record.method).toEqual({
    id: 'mine',
    name: 'Mine',
    version: '2',
    trivial: true,
    config: { steps: 3 },
  })
  expect(record.failures).toMatchObject([{ clip: 'd', reason: 'generation-failed', message: /out of memory/ }])
  expect(await values(paths.table)).toEqual(
    await values(join(root, 'layouts-plain-results', 'small-48x64', 'layouts-plain.parquet')),
  )
  expect(plain.scores[0].n).toBe(4)
  expect(record.scores[0].n).toBe(3)
})

test('nothing is scored silently: every kind of trouble is a failure with its reason', async () => {
  const folder = await generate('trouble', ['b'])
  await writeLossless(join(folder, 'a.mkv'), { pixels: made(0), fps: 6 })
  await cp(join(folder, 'a.mkv'), join(folder, 'a.mp4'))
  await writeLossless(join(folder, 'c.mkv'), { pixels: pattern({ frames: 5 }), fps: 6 })
  await writeLossless(join(folder, 'extra.mkv'), { pixels: made(0), fps: 6 })
  const { record } = await evaluate(options('trouble'))
  expect(record.failures.map(({ clip, reason }) => `${clip} ${reason}`)).toEqual([
    'a duplicate-generated',
    'c too-few-frames',
    'd missing-generated',
    'extra no-reference',
  ])
  expect(record.clips).toMatchObject({ total: 4, scored: 1, failed: 3 })
  expect(record.scores).toMatchObject([{ n: 1, interval: null }, { n: 1 }])
  expect(record.failures[1].message).toMatch(/c\.mkv: expected 6 frames, found 5/)
})

test.each([
  ['more frames', (path: string) => writeLossless(path, { pixels: pattern({ frames: 7 }), fps: 6 }), 'too-many-frames'],
  ['another size', (path: string) => writeLossless(path, { pixels: pattern({ width: 66 }), fps: 6 }), 'wrong-size'],
  ['an empty file', (path: string) => writeFile(path, ''), 'empty'],
  ['a text file', (path: string) => writeFile(path, 'no video, only words and more words'), 'not-a-video'],
  ['a truncated file', (path: string) => truncate(path, 15_000), 'truncated'],
])('a generated clip with %s fails alone', async (name, spoil, reason) => {
  const folder = await generate(name.replaceAll(' ', '-'), ['a', 'b'])
  await spoil(join(folder, 'a.mkv'))
  const { record } = await evaluate(options(name.replaceAll(' ', '-')))
  expect(record.failures[0]).toMatchObject({ clip: 'a', reason })
  expect(record.clips.scored).toBe(1)
})

test('references that were changed or removed fail by their hashes', async () => {
  await generate('refs')
  await cp(join(root, 'prepared'), join(root, 'damaged'), { recursive: true })
  await rm(join(root, 'damaged', 'clips', 'a', 'reference.mkv'))
  await writeLossless(join(root, 'damaged', 'clips', 'b', 'reference.mkv'), { pixels: pattern(), fps: 6 })
  const { record } = await evaluate(
    options('refs', { reference: { manifest: join(root, 'damaged', 'manifest.jsonl') } }),
  )
  expect(record.failures.map(({ clip, reason }) => `${clip} ${reason}`)).toEqual([
    'a missing-reference',
    'b hash-mismatch',
  ])
})

test('two folders of videos are paired by name, whole and at their own size', async () => {
  const [references, generated] = [join(root, 'as-is-refs'), join(root, 'as-is')]
  await mkdir(references)
  await mkdir(generated)
  for (const [name, width, frames] of [
    ['one', 64, 6],
    ['two', 70, 4],
  ] as const) {
    await writeLossless(join(references, `${name}.mkv`), { pixels: pattern({ width, frames }), fps: 10 })
    await writePngFolder(join(generated, name), { pixels: pattern({ width, frames, phase: 1 }), fps: undefined })
  }
  await writeLossless(join(references, 'three.mkv'), { pixels: pattern(), fps: 10 })
  const { record, paths } = await evaluate({
    ...options('as-is', { reference: { folder: references }, protocol: undefined }),
    metrics: ['ssim', 'psnr:pooled', 'psnr'],
  })
  expect(record.protocol).toMatchObject({ id: 'as-is', frames: 'all', excludedFrames: [], size: null })
  expect(record.scores.map((score) => `${score.metric}/${score.recipe}`)).toEqual([
    'psnr/pooled',
    'psnr/frame-mean',
    'ssim/gaussian-valid',
  ])
  expect(record.failures).toMatchObject([{ clip: 'three', reason: 'missing-generated' }])
  const frames = (await readTable(paths.table)).filter((row) => row.metric === 'ssim' && row.frame >= 0)
  expect(frames).toHaveLength(10)
})

test('an existing record is kept unless overwriting is asked for; one lock a method keeps two runs apart', async () => {
  await generate('twice')
  const results = await Promise.allSettled([evaluate(options('twice')), evaluate(options('twice'))])
  expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected'])
  expect(results.find((result) => result.status === 'rejected')?.reason).toMatchObject({
    name: 'KinemetricError',
    code: 'locked',
  })
  await expect(evaluate(options('twice'))).rejects.toMatchObject({ code: 'record-exists' })
  const path = join(root, 'twice-results', 'small-48x64', 'twice.json')
  const first = await readFile(path, 'utf8')
  await evaluate(options('twice', { overwrite: true }))
  expect(await readFile(path, 'utf8')).toBe(first)
})

test('the lock of a process that has ended is taken over, that of another machine is not', async () => {
  await generate('stale')
  const folder = join(root, 'stale-results', 'small-48x64')
  await mkdir(folder, { recursive: true })
  const lock = join(folder, '.stale.lock')
  await writeFile(lock, JSON.stringify({ pid: 1, host: 'elsewhere', born: null }))
  await expect(evaluate(options('stale'))).rejects.toMatchObject({ code: 'locked', message: /process 1 on elsewhere/ })
  const { hostname } = await import('node:os')
  // The id of this process with another birth: the number was given out again.
  await writeFile(lock, JSON.stringify({ pid: process.pid, host: hostname(), born: '1' }))
  expect((await evaluate(options('stale'))).record.clips.scored).toBe(4)
})

test('bad options are refused before anything is decoded', async () => {
  await generate('options', ['a'])
  await expect(evaluate(options('options', { metrics: ['vmaf'] }))).rejects.toMatchObject({
    code: 'bad-option',
    message: /expected one of psnr/,
  })
  await expect(evaluate(options('options', { metrics: ['ssim:best'] }))).rejects.toMatchObject({ code: 'bad-option' })
  await expect(evaluate(options('options', { protocol: 'as-is' }))).rejects.toMatchObject({
    code: 'bad-option',
    message: /small-48x64/,
  })
  await expect(evaluate(options('nowhere'))).rejects.toMatchObject({ code: 'bad-generated' })
  await expect(evaluate(options('options', { method: { id: '../x' } }))).rejects.toMatchObject({ code: 'bad-option' })
})

test('without LPIPS weights, `all` scores the rest and says how to get them; the default set ends the run', async () => {
  await generate('weightless')
  const withLpips = changed(smallProtocol, {
    metrics: [...smallProtocol.identity.metrics, { metric: 'lpips', recipe: 'alex', default: true }],
  })
  const more = { protocol: withLpips, weightFolders: [join(root, 'weightless')] }
  await expect(evaluate(options('weightless', more))).rejects.toMatchObject({
    code: 'weights',
    details: { id: 'alexnet' },
  })
  const { record } = await evaluate(options('weightless', { ...more, metrics: 'all' }))
  expect(record.scores.map((score) => score.metric)).toEqual(['psnr', 'ssim', 'vbench-flicker'])
  expect(record.warnings).toEqual([expect.stringMatching(/^lpips left out: .*kinemetric weights pull alexnet/)])
})
