import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findMetric, vbenchFlicker } from '@kinemetric/metrics'
import { readClipRows, readRecord } from '@kinemetric/records'
import { type FrameArray, sliceFrames, writeLossless, writePngFolder } from '@kinemetric/video'
import { describe, expect, test } from 'vitest'
import { pattern, smallProtocol, writeDataset } from '../../benchmark/test/small-benchmark.ts'
import { temporaryFolder } from '../../benchmark/test/temporary-folder.ts'
import { prepare } from '../../benchmark/src/index.ts'
import {
  compareResults,
  evaluate,
  evaluateMethods,
  type EvaluateOptions,
  explainClip,
  FeatureCache,
  measureShard,
  mergeShards,
  verifyResults,
} from '../src/index.ts'

const root = await temporaryFolder()
const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
/** What a method makes of a prompt: all of them of their own length. */
const made = (index: number, ahead: number): FrameArray => pattern({ frames: 4 + (index % 3), phase: index + ahead })

async function generate(name: string, ahead: number, clips: readonly string[] = ids): Promise<string> {
  const folder = join(root, name)
  await mkdir(folder, { recursive: true })
  for (const id of clips)
    await writeLossless(join(folder, `${id}.mkv`), { pixels: made(ids.indexOf(id), ahead), fps: 6 })
  return folder
}

const options = (name: string, more: Partial<EvaluateOptions> = {}): EvaluateOptions => ({
  generated: join(root, name),
  out: join(root, `${name}-results`),
  metrics: ['vbench-flicker'],
  cache: false,
  ...more,
})
const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value / values.length, 0)
const store = () => new FeatureCache(undefined, undefined, () => undefined)

test('generated videos alone are scored, and the record says that nothing was held against a reference', async () => {
  await generate('plain', 0.2)
  const { record, paths } = await evaluate(options('plain', { metrics: ['vbench-flicker', 'vbench-flicker:board'] }))
  const values = ids.map((_, index) => mean(vbenchFlicker(made(index, 0.2))))
  const [raw, board] = record.scores
  expect(raw).toMatchObject({ metric: 'vbench-flicker', recipe: 'raw', n: 7 })
  expect(raw.value).toBeCloseTo(mean(values), 12)
  expect(board.value).toBeCloseTo((mean(values) - 0.6293) / (1 - 0.6293), 12)
  expect(record).toMatchObject({
    failures: [],
    clips: { total: 7, scored: 7, failed: 0 },
    protocol: { id: 'as-is' },
    provenance: { manifest: null, frames: { generated: expect.stringMatching(/^[0-9a-f]{64}$/), reference: null } },
  })
  expect(await readRecord(paths.record)).toEqual(record)
  const rows = (await readClipRows(paths.table)).filter(({ recipe }) => recipe === 'raw')
  expect(rows.map(({ clip }) => clip)).toEqual(ids)
  const [first] = (await readFile(paths.hashes, 'utf8')).split('\n')
  expect(JSON.parse(first)).toEqual({ clip: 'a', generated: expect.stringMatching(/^[0-9a-f]{64}$/), frames: 4 })
  const verified = await verifyResults(join(root, 'plain-results'), { pairs: true, store: store() })
  expect(verified.wrong).toEqual([])
  expect(verified.held).toBeGreaterThan(14)
})

describe('what needs a reference', () => {
  test('is refused by name where there is none, with what can be scored', async () => {
    const run = evaluate(options('plain', { metrics: ['vbench-flicker', 'psnr', 'ssim'], overwrite: true }))
    await expect(run).rejects.toMatchObject({
      code: 'bad-option',
      expected: 'a manifest or a folder of references, which psnr, ssim need',
      found: 'none',
      help: expect.stringContaining('vbench-flicker'),
    })
    await expect(evaluate(options('plain', { metrics: undefined }))).rejects.toThrow(/psnr, ssim, lpips need/)
    await expect(evaluate(options('plain', { unrelated: 2 }))).rejects.toThrow(/references, which tell/)
  })

  test('is scored beside what needs none where there are references, with the same numbers', async () => {
    await generate('references', 0)
    const reference = { folder: join(root, 'references') }
    const { record } = await evaluate(
      options('plain', { reference, out: join(root, 'beside'), metrics: ['psnr', 'vbench-flicker'], unrelated: 6 }),
    )
    const alone = await readRecord(join(root, 'plain-results', 'as-is', 'plain.json'))
    const [psnr, flicker] = record.scores
    expect(flicker).toEqual(alone.scores[0])
    expect(psnr.details?.unrelated).toBeDefined()
    expect(flicker.details?.unrelated).toBeUndefined()
    expect(record.warnings ?? []).toEqual([])
    expect(record.provenance.frames.reference).toMatch(/^[0-9a-f]{64}$/)
  })

  test('is missing of a manifest’s prompts, of which the rest is scored', async () => {
    const dataset = join(root, 'dataset')
    await writeDataset(dataset, ['a', 'b'])
    await prepare({ adapter: 'physics', dataset, protocol: smallProtocol, out: join(root, 'prepared') })
    const manifest = join(root, 'prepared', 'manifest.jsonl')
    const [a, b] = (await readFile(manifest, 'utf8')).trim().split('\n')
    const prompt = { ...JSON.parse(b), schema: 'kinemetric/prompt@1', reference: undefined, objectMasks: undefined }
    await writeFile(manifest, `${a}\n${JSON.stringify(prompt)}\n`)
    await mkdir(join(root, 'prompted'))
    for (const [phase, id] of ['a', 'b'].entries())
      await writeLossless(join(root, 'prompted', `${id}.mkv`), { pixels: pattern({ phase }), fps: 6 })
    const more = { reference: { manifest }, protocol: smallProtocol }
    const { record } = await evaluate(options('prompted', { ...more, metrics: ['psnr', 'vbench-flicker'] }))
    expect(record.scores.map(({ metric, n }) => [metric, n])).toEqual([
      ['psnr', 1],
      ['vbench-flicker', 2],
    ])
    expect(record.scores[0].details?.missing).toEqual({ 'missing-reference': 1 })
    expect(record.failures).toEqual([
      {
        clip: 'b',
        reason: 'missing-reference',
        message: 'psnr: expected a reference to score against, found a prompt, which has none',
      },
    ])
    // Where nothing can be measured of a prompt, the clip has failed, as ever.
    const psnr = await evaluate(options('prompted', { ...more, metrics: ['psnr'], overwrite: true }))
    expect(psnr.record.clips).toMatchObject({ total: 2, scored: 1, failed: 1 })
  })
})

test('two methods of one prompts’ list are compared clip by clip, also where one was held against references', async () => {
  await generate('near', 0.1)
  await generate('far', 0.4)
  const out = join(root, 'compared')
  const methods = ['near', 'far'].map((id) => ({ generated: join(root, id) }))
  const both = await evaluateMethods({ methods, out, metrics: ['vbench-flicker'], cache: false })
  const [column] = (await compareResults(out, { cache: false }))[0].columns
  expect(column).toMatchObject({ clips: { common: 7, otherReference: 0 }, pairs: [{ first: 'far', second: 'near' }] })
  expect(column.pairs[0].difference).toBeCloseTo(both[1].record.scores[0].value! - both[0].record.scores[0].value!, 12)
  expect((await verifyResults(out, { pairs: true, store: store() })).wrong).toEqual([])
  await generate('references', 0)
  const reference = { folder: join(root, 'references') }
  await evaluate(options('far', { out, reference, metrics: ['psnr', 'vbench-flicker'], overwrite: true }))
  const columns = (await compareResults(out, { cache: false }))[0].columns
  const again = columns.find(({ metric }) => metric === 'vbench-flicker')
  expect(again).toMatchObject({ clips: { common: 7, otherReference: 0 }, pairs: column.pairs })
})

test('shards, processes and a run that goes on end with the record of one pass', async () => {
  await generate('whole', 0.3)
  const once = await evaluate(options('whole'))
  const out = join(root, 'sharded')
  for (const index of [1, 2])
    await measureShard({
      ...options('whole', { out }),
      methods: [{ generated: join(root, 'whole') }],
      shard: { index, count: 2 },
    })
  const [merged] = await mergeShards({ folders: [out] })
  expect(merged.record).toEqual(once.record)
  const signal = new AbortController()
  const stopped = evaluate(
    options('whole', {
      out: join(root, 'stopped'),
      signal: signal.signal,
      onProgress: (event) => event.kind === 'clip' && event.done === 3 && signal.abort(),
    }),
  )
  await expect(stopped).rejects.toMatchObject({ code: 'aborted' })
  const resumed = await evaluate(options('whole', { out: join(root, 'stopped') }))
  expect(resumed.run.clips.resumed).toBeGreaterThan(1)
  expect(resumed.record).toEqual(once.record)
  if (process.env.KINEMETRIC_FULL === undefined) return
  const inTwo = await evaluate(options('whole', { out: join(root, 'in-two'), jobs: 2 }))
  expect(inTwo.record).toEqual(once.record)
})

test('every kind of trouble is a failure with its reason', async () => {
  const folder = await generate('trouble', 0, ['a'])
  await writeLossless(join(folder, 'one-frame.mkv'), { pixels: sliceFrames(pattern(), 0, 1, 1), fps: 6 })
  await writeFile(join(folder, 'no-video.mkv'), 'not a video')
  await mkdir(join(folder, 'empty'))
  await writePngFolder(join(folder, 'sizes'), { pixels: pattern(), fps: undefined })
  await writePngFolder(join(folder, 'small'), { pixels: pattern({ height: 24 }), fps: undefined })
  await rm(join(folder, 'sizes', 'frame_0003.png'))
  await writeFile(join(folder, 'sizes', 'frame_0003.png'), await readFile(join(folder, 'small', 'frame_0003.png')))
  const { record } = await evaluate(options('trouble'))
  expect(record.clips).toMatchObject({ total: 6, scored: 3, failed: 3 })
  expect(record.scores[0].n).toBe(2)
  const failures = Object.fromEntries(record.failures.map(({ clip, message }) => [clip, message]))
  expect(Object.keys(failures).sort()).toEqual(['empty', 'no-video', 'one-frame', 'sizes'])
  expect(failures['one-frame']).toBe('vbench-flicker: expected at least 2 frames, for it is of neighbours, found 1')
  expect(failures['sizes']).toMatch(/48×64.*24×64|24×64.*48×64/)
})

test('clips that should be there are named, and in one pass every folder has the same', async () => {
  await generate('short', 0, ['a', 'b'])
  await generate('long', 0, ['a', 'b', 'c'])
  const methods = ['short', 'long'].map((id) => ({ generated: join(root, id) }))
  const how = { methods, metrics: ['vbench-flicker'], cache: false as const }
  await expect(evaluateMethods({ ...how, out: join(root, 'refused') })).rejects.toMatchObject({
    code: 'bad-option',
    found: 'c in long and not in short',
    help: expect.stringContaining('--clips'),
  })
  const [short, long] = await evaluateMethods({ ...how, out: join(root, 'named'), clips: ['a', 'c'] })
  expect(short.record.failures).toMatchObject([{ clip: 'c', reason: 'missing-generated' }])
  expect(short.record.clips).toMatchObject({ total: 2, scored: 1 })
  expect(long.record.failures).toEqual([])
  expect(long.record.warnings).toEqual([
    'clips: 2 clips were asked for and 1 others are there: every score is of those alone',
  ])
})

test('samples of a clip are one clip, however their files are named', async () => {
  for (const [path, ahead] of [
    ['at/a@0', 0],
    ['at/a@1', 0.5],
    ['in/a/0', 0],
    ['in/a/1', 0.5],
  ] as const) {
    await mkdir(join(root, path, '..'), { recursive: true })
    await writeLossless(join(root, `${path}.mkv`), { pixels: made(0, ahead), fps: 6 })
  }
  const [at, inside] = [await evaluate(options('at')), await evaluate(options('in'))]
  const expected = mean([mean(vbenchFlicker(made(0, 0))), mean(vbenchFlicker(made(0, 0.5)))])
  for (const { record } of [at, inside]) {
    expect(record.samples).toEqual({ names: ['0', '1'], fewest: 2, most: 2 })
    expect(record.scores[0]).toMatchObject({ n: 1 })
    expect(record.scores[0].value).toBeCloseTo(expected, 12)
  }
  const best = await evaluate(options('at', { metrics: ['vbench-flicker:raw+best-of-2'], overwrite: true }))
  expect(best.record.scores[0].label?.long).toMatch(/best of 2, chosen by this metric$/)
})

test('a clip is explained frame by frame without a reference', async () => {
  await generate('plain', 0.2)
  const found = await explainClip({
    metric: findMetric('vbench-flicker'),
    generated: join(root, 'plain'),
    clip: 'b',
    record: join(root, 'plain-results', 'as-is', 'plain.json'),
  })
  expect(found.sha256).toEqual({ generated: found.record?.sha256?.generated, reference: null })
  const [raw] = found.recipes
  expect(raw.frames).toEqual([1, 2, 3, 4])
  expect(raw.recorded).toBe(raw.value)
})
