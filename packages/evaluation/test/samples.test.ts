import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expectedBestOf, psnr, sampleStatistics } from '@kinemetric/metrics'
import { clipValuesOf, readTable, unrelatedRecipe } from '@kinemetric/records'
import { contiguous, type FrameArray, sliceFrames, writeLossless } from '@kinemetric/video'
import { expect, test } from 'vitest'
import { pattern, smallProtocol, writeDataset } from '../../benchmark/test/small-benchmark.ts'
import { temporaryFolder } from '../../benchmark/test/temporary-folder.ts'
import { type ManifestClip, prepare } from '../../benchmark/src/index.ts'
import { evaluate, type EvaluateOptions } from '../src/index.ts'

const root = await temporaryFolder()
const ids = ['a', 'b', 'c']
const reference = (id: string) => pattern({ phase: ids.indexOf(id) })
/** Sample k of a clip: the right pattern, further ahead the larger k is, and each clip by another step. */
const sample = (id: string, k: number) =>
  pattern({ phase: ids.indexOf(id) + 0.1 * (k + 1) * (1 + 0.3 * ids.indexOf(id)) })

await mkdir(join(root, 'references'))
for (const id of ids) await writeLossless(join(root, 'references', `${id}.mkv`), { pixels: reference(id), fps: 6 })

/** A folder of generated clips: the path of each file with the clip and the sample that it holds. */
async function generate(name: string, files: Record<string, readonly [string, number]>): Promise<string> {
  for (const [path, [id, k]] of Object.entries(files)) {
    await mkdir(join(root, name, path, '..'), { recursive: true })
    await writeLossless(join(root, name, `${path}.mkv`), { pixels: sample(id, k), fps: 6 })
  }
  return join(root, name)
}

const score = async (name: string, more: Partial<EvaluateOptions> = {}) =>
  evaluate({
    reference: { folder: join(root, 'references') },
    protocol: smallProtocol,
    generated: join(root, name),
    out: join(root, `${name}-results`),
    metrics: ['psnr'],
    cache: false,
    ...more,
  })

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
const scored = (frames: FrameArray) => contiguous(sliceFrames(frames, 1))
const valueOf = (id: string, k: number, of = id) => mean([...psnr(scored(sample(id, k)), scored(reference(of)))])

const three = Object.fromEntries(ids.flatMap((id) => [0, 1, 2].map((k) => [`${id}@${k}`, [id, k] as const])))

test('a clip’s value is the mean over its samples, the score the mean over clips; the record says what samples add', async () => {
  await generate('three', three)
  const { record, paths } = await score('three', { metrics: ['psnr', 'psnr:frame-mean+best-of-2'] })
  const values = ids.map((id) => [0, 1, 2].map((k) => valueOf(id, k)))
  const statistics = sampleStatistics(values)
  const [usual, best] = record.scores
  expect(usual.value).toBeCloseTo(statistics.mean, 10)
  expect(usual).toMatchObject({ recipe: 'frame-mean', n: 3, details: { samples: { fewest: 3, most: 3 } } })
  for (const name of ['withinVariance', 'intraclass', 'seSeedsOnly', 'seWithInfinitelyManySamples'] as const)
    expect(usual.details?.samples?.[name]).toBeCloseTo(statistics[name] ?? Number.NaN, 10)
  expect(record.samples).toEqual({ names: ['0', '1', '2'], fewest: 3, most: 3 })
  expect(record.clips).toMatchObject({ total: 3, scored: 3, failed: 0 })

  const bests = values.map((own) => expectedBestOf(own, 2, 'higher'))
  expect(best.value).toBeCloseTo(mean(bests), 10)
  expect(best).toMatchObject({
    recipe: 'frame-mean+best-of-2',
    label: { long: /best of 2, chosen by this metric against the reference/ },
    details: { samples: { bestOf: 2 } },
  })
  expect(best.signature).toContain('|of-samples:best-of-2|')
  expect(usual.signature).not.toContain('samples')

  const rows = await readTable(paths.table)
  const ofClips = clipValuesOf(rows, usual)
  const bestOfClips = clipValuesOf(rows, best)
  for (const [i, id] of ids.entries()) {
    expect(ofClips.get(id)).toBeCloseTo(mean(values[i]), 10)
    expect(bestOfClips.get(id)).toBeCloseTo(bests[i], 10)
    const single = rows.filter((row) => row.clip === id && row.frame === -1 && row.sample !== undefined)
    expect(single.map((row) => row.sample)).toEqual(['0', '1', '2'])
    for (const [k, row] of single.entries()) expect(row.value).toBeCloseTo(values[i][k], 10)
  }
  const lines = (await readFile(paths.hashes, 'utf8')).trim().split('\n')
  expect(lines.map((line) => Object.keys(JSON.parse(line)))).toEqual(
    lines.map(() => ['clip', 'sample', 'generated', 'reference', 'frames']),
  )
})

test('one sample is as it ever was: the same record and table, whatever names it', async () => {
  await generate('plain', { a: ['a', 0], b: ['b', 0], c: ['c', 0] })
  await generate('named', { 'a@7': ['a', 0], 'b/3': ['b', 0], c: ['c', 0] })
  const plain = await score('plain', { method: { id: 'm' } })
  const named = await score('named', { method: { id: 'm' } })
  expect(named.record).toEqual(plain.record)
  expect(plain.record).not.toHaveProperty('samples')
  for (const file of ['table', 'hashes'] as const)
    expect(Buffer.compare(await readFile(named.paths[file]), await readFile(plain.paths[file]))).toBe(0)
  await expect(score('plain', { method: { id: 'x' }, sample: 2 })).rejects.toMatchObject({ code: 'bad-option' })
  expect((await score('plain', { method: { id: 'first' }, sample: 0 })).record.scores).toEqual(plain.record.scores)
})

test('clips with different numbers of samples weigh the same; a sample that fails is told and the others count', async () => {
  await generate('uneven', { 'a@0': ['a', 0], 'a@1': ['a', 2], 'b@0': ['b', 0], c: ['c', 1] })
  await writeFile(join(root, 'uneven', 'b@1.mkv'), 'no video')
  const { record } = await score('uneven', { metrics: ['psnr', 'psnr:pooled', 'psnr:frame-mean+best-of-2'] })
  expect(record.failures).toMatchObject([{ clip: 'b', sample: '1' }])
  expect(record.scores[0].value).toBeCloseTo(
    mean([mean([valueOf('a', 0), valueOf('a', 2)]), valueOf('b', 0), valueOf('c', 1)]),
    10,
  )
  const error = (frames: FrameArray, of: FrameArray) =>
    mean([...psnr(scored(frames), scored(of))].map((value) => 10 ** (-value / 10)))
  const errors = [
    mean([0, 2].map((k) => error(sample('a', k), reference('a')))),
    error(sample('b', 0), reference('b')),
    error(sample('c', 1), reference('c')),
  ]
  expect(record.scores[1].value).toBeCloseTo(-10 * Math.log10(mean(errors)), 10)
  expect(record.scores[2]).toMatchObject({
    value: null,
    warnings: [/the best of 2 needs 2 samples of every clip, b has 1/],
  })
  expect(record.samples).toEqual({ names: ['0', '1'], fewest: 1, most: 2 })
})

test('an interrupted run of samples goes on and ends with the same bytes', async () => {
  await generate('resumed', three)
  const stop = new AbortController()
  const more = { unrelated: 1, method: { id: 'm' } }
  const interrupted = score('resumed', {
    ...more,
    signal: stop.signal,
    onProgress: (event) => {
      if (event.kind === 'clip' && event.done === 10) stop.abort()
    },
  })
  await expect(interrupted).rejects.toMatchObject({ code: 'aborted' })
  const { run, paths } = await score('resumed', more)
  // What was measured together with the tenth is kept too.
  expect(run.clips).toMatchObject({ resumed: 11, scoredNow: 1 })
  const whole = await score('resumed', { ...more, out: join(root, 'whole-results') })
  for (const file of ['record', 'table', 'hashes'] as const)
    expect(Buffer.compare(await readFile(paths[file]), await readFile(whole.paths[file]))).toBe(0)
})

test('what unrelated videos get: each clip against the references of others, clip by clip in the table', async () => {
  await generate('floor', { a: ['a', 0], b: ['b', 0], c: ['c', 0] })
  const { record, paths } = await score('floor', { unrelated: 5 })
  const others = (id: string) => ids.filter((other) => other !== id)
  const expected = ids.map((id) => mean(others(id).map((other) => valueOf(id, 0, other))))
  const [own] = record.scores
  expect(own.details?.unrelated).toMatchObject({ n: 3, pairings: 2, from: 'measured' })
  expect(own.details?.unrelated?.value).toBeCloseTo(mean(expected), 10)
  const values = clipValuesOf(await readTable(paths.table), { ...own, recipe: unrelatedRecipe(own.recipe) })
  for (const [i, id] of ids.entries()) expect(values.get(id)).toBeCloseTo(expected[i], 10)
  const without = await score('floor', { method: { id: 'without' } })
  expect(without.record.scores[0].value).toBe(own.value)
  expect(without.record.scores[0].details).not.toHaveProperty('unrelated')
})

test('a reference that serves as another clip’s video is not unrelated to itself', async () => {
  await mkdir(join(root, 'swapped'))
  for (const [i, id] of ids.entries())
    await writeLossless(join(root, 'swapped', `${id}.mkv`), { pixels: reference(ids[(i + 1) % 3]), fps: 6 })
  const { record } = await score('swapped', { unrelated: 5 })
  const left = (i: number) => mean([...psnr(scored(reference(ids[(i + 1) % 3])), scored(reference(ids[(i + 2) % 3])))])
  expect(record.scores[0].details?.unrelated).toMatchObject({ n: 3, pairings: 1 })
  expect(record.scores[0].details?.unrelated?.value).toBeCloseTo(mean([0, 1, 2].map(left)), 10)
})

test('windows of one source video are one unit: said beside the hashes, never held against each other, and counted once by the interval', async () => {
  const dataset = join(root, 'dataset')
  await writeDataset(dataset, ['p', 'q', 'r'])
  const { manifest } = await prepare({
    adapter: 'physics',
    dataset,
    protocol: smallProtocol,
    out: join(root, 'prepared'),
  })
  const lines = (await readFile(manifest, 'utf8')).trim().split('\n')
  const generated = join(root, 'windows')
  await mkdir(generated)
  for (const [i, id] of ['p', 'q', 'r'].entries())
    await writeLossless(join(generated, `${id}.mkv`), { pixels: pattern({ phase: i + 0.2 * (i + 1) }), fps: 6 })
  const run = async (name: string, shared: readonly string[]) => {
    const clips = lines.map((line): ManifestClip => JSON.parse(line))
    const cut = clips.map((clip) =>
      shared.includes(clip.id) ? { ...clip, source: { ...clip.source, video: 'one' } } : clip,
    )
    const path = join(root, 'prepared', `${name}.jsonl`)
    await writeFile(path, cut.map((clip) => `${JSON.stringify(clip)}\n`).join(''))
    const { record, paths } = await score('windows', {
      reference: { manifest: path },
      out: join(root, name),
      unrelated: 5,
    })
    const hashes = (await readFile(paths.hashes, 'utf8')).trim().split('\n')
    return { record, units: hashes.map((line): unknown => JSON.parse(line).unit) }
  }
  const apart = await run('apart', [])
  expect(apart.units).toEqual([undefined, undefined, undefined])
  expect(apart.record.scores[0].details?.unrelated).toMatchObject({ n: 3, pairings: 2 })
  const two = await run('two', ['p', 'r'])
  const video = expect.stringMatching(/\/one$/)
  expect(two.units).toEqual([video, undefined, video])
  expect(two.record.scores[0]).toMatchObject({ value: apart.record.scores[0].value, n: 3 })
  const all = await run('all', ['p', 'q', 'r'])
  expect(all.record.scores[0].details).not.toHaveProperty('unrelated')
  expect(all.record.warnings).toEqual([expect.stringMatching(/no level of chance of psnr/)])
})

test('what has no value per clip has no best of k, and what has no rows cannot be pooled', async () => {
  await generate('refused', { a: ['a', 0] })
  await expect(score('refused', { metrics: ['fid:+best-of-2'] })).rejects.toMatchObject({ code: 'bad-option' })
  await expect(score('refused', { metrics: ['psnr+pooled-samples'] })).rejects.toMatchObject({ code: 'bad-option' })
  await expect(score('refused', { metrics: ['psnr+best-of-0'] })).rejects.toMatchObject({ code: 'bad-option' })
})
