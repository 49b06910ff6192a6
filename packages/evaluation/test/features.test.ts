import { copyFile, mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { distance, fid, findDistance, fvd, fvdSpec, kid, pairedTest } from '@kinemetric/metrics'
import { openNetwork, writeTorchZip } from '@kinemetric/networks'
import { readComparisons } from '@kinemetric/records'
import { type FrameArray, sliceFrames, writeLossless, writePngFolder } from '@kinemetric/video'
import { expect, test } from 'vitest'
import { i3dTensors } from '../../networks/src/models/i3d/tensors.ts'
import { inceptionTensors } from '../../networks/src/models/inception/tensors.ts'
import { formulaTensors } from '../../networks/test/formula-weights.ts'
import { prepare } from '../../benchmark/src/index.ts'
import {
  compareResults,
  evaluate,
  type EvaluateOptions,
  explainRecipes,
  extractFeatures,
  FeatureCache,
} from '../src/index.ts'
import { changed, pattern, smallProtocol, writeDataset } from '../../benchmark/test/small-benchmark.ts'
import { temporaryFolder } from '../../benchmark/test/temporary-folder.ts'
import { differencesFrom } from './golden-record.ts'

// I3D with formula weights: the right arithmetic on made-up weights, so that nothing has to be downloaded.
const root = await temporaryFolder()
const i3d = join(root, 'i3d.pt')
await writeTorchZip(i3d, formulaTensors(i3dTensors('pytorch-i3d')))
const frames = 10
const ids = ['a', 'b', 'c', 'd']
const protocol = changed(smallProtocol, {
  window: { ...smallProtocol.identity.window, frames },
  metrics: [
    { metric: 'psnr', recipe: 'frame-mean', default: true },
    { metric: 'fvd', recipe: 'stylegan-v', default: false },
    { metric: 'kvd', recipe: 'full', default: false },
    { metric: 'fid', recipe: 'torch-fidelity', default: false },
  ],
})
const reference = (index: number) => pattern({ frames, phase: index })
const made = (index: number, ahead: number) => pattern({ frames, phase: index + ahead })
await writeDataset(join(root, 'dataset'), ids)
for (const [index, id] of ids.entries()) {
  const write = (name: string, pixels: FrameArray) => writeLossless(join(root, 'dataset', id, name), { pixels, fps: 6 })
  await write('video.mkv', reference(index))
  await rm(join(root, 'dataset', id, 'mask_driver.mkv'))
}
await prepare({ adapter: 'physics', dataset: join(root, 'dataset'), protocol, out: join(root, 'prepared') })
for (const [name, ahead] of [
  ['near', 0.1],
  ['far', 1.5],
] as const) {
  await mkdir(join(root, name))
  for (const [index, id] of ids.entries())
    await writeLossless(join(root, name, `${id}.mkv`), { pixels: made(index, ahead), fps: 6 })
}
const options = (name: string, more: Partial<EvaluateOptions> = {}): EvaluateOptions => ({
  reference: { manifest: join(root, 'prepared', 'manifest.jsonl') },
  protocol,
  generated: join(root, name),
  out: join(root, 'results'),
  cache: join(root, 'cache'),
  metrics: ['fvd', 'kvd'],
  unverifiedCheckpoints: { 'i3d-kinetics-400': i3d },
  weightFolders: [root],
  ...more,
})

/** [4, 400] of each set of clips, straight from the network. */
async function featuresOf(sets: readonly ((index: number) => FrameArray)[]) {
  const { network } = await openNetwork(
    'features',
    { network: 'i3d-kinetics-400', preprocessing: 'squash-half-pixel', variant: 'bneps-0.001' },
    { checkpoints: { 'i3d-kinetics-400': i3d } },
  )
  const found: { data: Float32Array; rows: number; dimension: number }[] = []
  for (const clips of sets) {
    const data = new Float32Array(ids.length * 400)
    for (const index of ids.keys()) data.set(await network.extract(sliceFrames(clips(index), 1)), index * 400)
    found.push({ data, rows: ids.length, dimension: 400 })
  }
  await network.close()
  return found
}

test(
  'FVD and KVD are those of the features themselves; a second method runs no network for the reference',
  { timeout: 400_000 },
  async () => {
    const near = await evaluate(options('near'))
    expect(near.run.cache).toMatchObject({
      generated: { hits: 0, misses: 4, networkRuns: 4 },
      reference: { hits: 0, misses: 4, networkRuns: 4 },
    })
    const far = await evaluate(options('far'))
    expect(far.run.cache).toMatchObject({
      generated: { hits: 0, misses: 4, networkRuns: 4 },
      reference: { hits: 4, misses: 0, networkRuns: 0 },
    })
    const [references, nears, fars] = await featuresOf([
      reference,
      (index) => made(index, 0.1),
      (index) => made(index, 1.5),
    ])
    const [score, kernel] = far.record.scores
    expect(score).toMatchObject({ metric: 'fvd', recipe: 'stylegan-v', n: 4 })
    expect(score.value).toBeCloseTo((await fvd(fars, references, 'stylegan-v')).value, 9)
    expect(near.record.scores[0].value).toBeCloseTo((await fvd(nears, references, 'stylegan-v')).value, 9)
    // Four clips are too few for an interval, and a line through subsets of so few would go anywhere.
    expect(score.interval).toBeNull()
    expect(score.warnings).toEqual([
      'singular covariance: the value is mostly n (4 rows for 400 dimensions, N/D 0.010)',
      'no interval: n = 4: too few for an interval',
    ])
    expect(score.signature).toMatch(/\|frames:1-9\|.*\|weights:[0-9a-f]{12}\|/)
    expect(score.details).toMatchObject({
      sampleSize: { generated: 4, reference: 4, clips: 4, dimension: 400 },
      noExtrapolation: '4 rows are fewer than 4 × 400 dimensions',
      floor: { kind: 'halves', splits: 20, units: 4, rows: 4 },
    })
    expect(score.details?.influence?.map((item) => item.clip).toSorted()).toEqual(ids)
    const [first] = score.details?.influence ?? []
    expect(first.without - (score.value ?? 0)).toBeCloseTo(first.change, 9)
    expect(kernel).toMatchObject({ metric: 'kvd', recipe: 'full', n: 4 })

    const clipOfRow = Int32Array.from(ids.keys())
    const expected = await pairedTest(
      fvdSpec,
      { ...fars, clipOfRow },
      { ...nears, clipOfRow },
      { ...references, clipOfRow },
      {
        recipe: 'stylegan-v',
      },
    )
    const [{ columns }] = await compareResults(join(root, 'results'), { cache: join(root, 'cache') })
    expect(columns.map(({ metric, clips, units }) => [metric, clips.common, units])).toEqual([
      ['fvd', 4, 4],
      ['kvd', 4, 4],
    ])
    const [comparison] = columns[0].pairs
    expect(comparison).toMatchObject({
      first: 'far',
      second: 'near',
      p: expected.p,
      tests: { jackknife: expected.pJackknife ?? 1, exchange: expected.pExchange },
    })
    expect(comparison.difference).toBeCloseTo(expected.difference, 9)
    // Kept as it was found, until a record changes.
    const kept = await readComparisons(join(root, 'results', protocol.identity.id, 'comparisons.json'))
    expect(await compareResults(join(root, 'results'), { cache: false })).toEqual([kept])
    expect(far.record.warnings).toEqual(['unverified:i3d.pt was given by hand: nothing vouches for its content'])
    expect(far.record.provenance.weights).toMatchObject([{ id: 'unverified:i3d.pt', licence: 'unknown' }])

    expect(far.record.provenance.networks).toMatchObject([
      { key: 'features/i3d-kinetics-400.squash-half-pixel.bneps-0.001', network: 'i3d-kinetics-400' },
    ])
    const golden = JSON.parse(await readFile(join(import.meta.dirname, 'goldens', 'features.json'), 'utf8'))
    expect(differencesFrom(golden.near, near.record)).toEqual([])
    expect(differencesFrom(golden.far, far.record)).toEqual([])
    const cached = await readdir(join(root, 'cache'), { recursive: true })
    expect(cached.filter((name) => name.endsWith('.bin')).sort()).toEqual(golden.addresses)
  },
)

test.runIf(process.env.KINEMETRIC_FULL)(
  'explain takes the frames that the manifest scores, on both sides, and from the same cache',
  { timeout: 400_000 },
  async () => {
    const { record } = await evaluate(options('near', { overwrite: true }))
    const cache = new FeatureCache(join(root, 'cache'), undefined, (message) => expect.fail(message))
    const { reference: source } = options('near')
    if (source === undefined || !('manifest' in source)) throw new Error('expected a manifest')
    const explanation = await explainRecipes({
      metric: fvdSpec,
      reference: source.manifest,
      generated: join(root, 'near'),
      checkpoints: { 'i3d-kinetics-400': i3d },
      protocol,
      cache,
    })
    const [own] = explanation.recipes
    expect(own).toMatchObject({ recipe: 'stylegan-v', partsAt: 'nowhere', featureChange: 0, dueToStatistics: 0 })
    expect(own.value).toBeCloseTo(record.scores[0].value ?? Number.NaN, 9)
    // Of the five ways to features, evaluate has been one: the others are computed, and all are kept.
    const counters = { hits: 4, misses: 16, networkRuns: 16, rejected: 0 }
    expect(cache.counters).toEqual({ generated: counters, reference: counters })
    const parts = Object.fromEntries(explanation.recipes.map(({ recipe, partsAt }) => [recipe, partsAt]))
    expect(parts).toMatchObject({ 'cd-fvd': 'network', 'tf-original': 'preprocessing', videogpt: 'preprocessing' })
    for (const { value, dueToFeatures, dueToStatistics } of explanation.recipes)
      expect((dueToFeatures ?? 0) + (dueToStatistics ?? 0)).toBeCloseTo((value ?? 0) - (own.value ?? 0), 6)
  },
)

test('FID and KID are those of the features themselves, one row a scored frame', { timeout: 400_000 }, async () => {
  const inception = join(root, 'inception.pth')
  await writeTorchZip(inception, formulaTensors(inceptionTensors('pytorch-fid')))
  // Inception takes its time for every frame: three of a clip are scored.
  const few = changed(protocol, { window: { ...protocol.identity.window, frames: 4 } })
  await prepare({ adapter: 'physics', dataset: join(root, 'dataset'), protocol: few, out: join(root, 'prepared-few') })
  await mkdir(join(root, 'few'))
  for (const [index, id] of ids.entries())
    await writeLossless(join(root, 'few', `${id}.mkv`), { pixels: sliceFrames(made(index, 1.5), 0, 1, 4), fps: 6 })
  const { record } = await evaluate(
    options('few', {
      reference: { manifest: join(root, 'prepared-few', 'manifest.jsonl') },
      protocol: few,
      metrics: ['fid', 'kid', 'recall:clovaai+k-3'],
      unverifiedCheckpoints: { 'inception-2015-12-05': inception },
      out: join(root, 'fid'),
    }),
  )
  const { network } = await openNetwork(
    'features',
    { network: 'inception-2015-12-05', preprocessing: 'tf1' },
    { checkpoints: { 'inception-2015-12-05': inception } },
  )
  const rowsOf = async (clips: (index: number) => FrameArray) => {
    const data = new Float32Array(ids.length * 3 * 2048)
    for (const index of ids.keys())
      data.set(await network.extract(sliceFrames(clips(index), 1, 1, 3)), index * 3 * 2048)
    return { data, rows: ids.length * 3, dimension: 2048 }
  }
  const [generated, references] = [await rowsOf((index) => made(index, 1.5)), await rowsOf(reference)]
  // A folder of images and nothing else: each is a clip of its own, as for every FID library.
  await writePngFolder(join(root, 'images'), { pixels: sliceFrames(reference(0), 1).hi(2, 48, 64, 3), fps: 6 })
  const rows: Float32Array[] = []
  const take = (source: string) =>
    extractFeatures({
      source: join(root, source),
      extractor: network,
      // Of clips; an image has the one frame.
      exclude: [0],
      onRows: (row) => Promise.resolve(void rows.push(row)),
    })
  expect(await take('images')).toEqual({
    clips: ['frame_0000.png', 'frame_0001.png'].map((id) => ({ id, rows: 1 })),
    failures: [],
    warnings: [],
    excluded: [],
  })
  await mkdir(join(root, 'mixed'))
  await copyFile(join(root, 'images', 'frame_0000.png'), join(root, 'mixed', 'a.png'))
  await copyFile(join(root, 'far', 'a.mkv'), join(root, 'mixed', 'b.mkv'))
  await expect(take('mixed')).rejects.toThrow(
    'expected images or clips (videos, folders of frames), found 1 image beside 1 clip',
  )
  for (const [image, row] of rows.entries())
    for (const dimension of [0, 1000, 2047])
      expect(row[dimension]).toBeCloseTo(references.data[image * 2048 + dimension], 4)
  await network.close()
  expect(record.scores).toMatchObject([
    { metric: 'fid', recipe: 'torch-fidelity', n: 12, details: { sampleSize: { generated: 12, clips: 4 } } },
    { metric: 'kid', recipe: 'full', n: 12 },
    { metric: 'recall', recipe: 'clovaai+k-3', n: 12 },
  ])
  expect(record.scores[0].value).toBeCloseTo((await fid(generated, references)).value, 6)
  expect(record.scores[1].value).toBeCloseTo((await kid(generated, references)).value, 9)
  const sides = [{ data: generated }, { data: references }] as const
  const [recall] = await distance(...sides, { metrics: [{ metric: findDistance('recall'), recipe: 'clovaai+k-3' }] })
  expect(record.scores[2].value).toBe(recall.value)
})

test('without a cache the same record comes out, and nothing is left behind', async () => {
  const cached = (await evaluate(options('near', { overwrite: true }))).record
  const { record, run, paths } = await evaluate(options('near', { cache: false, out: join(root, 'no-cache') }))
  expect(run.cache).toMatchObject({ enabled: false, reference: { networkRuns: 4 } })
  expect(record).toEqual(cached)
  expect((await readdir(paths.folder)).filter((name) => name.startsWith('.'))).toEqual([])
})

test('`all` leaves out metrics whose weights are missing, with a warning; a metric by name ends the run', async () => {
  const { record } = await evaluate(options('near', { metrics: 'all', out: join(root, 'all') }))
  expect(record.scores.map((score) => score.metric)).toEqual(['psnr', 'fvd', 'kvd', 'vbench-flicker'])
  expect(record.warnings?.[0]).toMatch(/^fid left out: .*kinemetric weights pull inception-2015-12-05/)
  const named = options('near', { metrics: ['fid'], out: join(root, 'named') })
  await expect(evaluate(named)).rejects.toMatchObject({ code: 'weights', details: { id: 'inception-2015-12-05' } })
})

test('clips that are too short for the network fail for its metrics alone; one clip is no distribution', async () => {
  await mkdir(join(root, 'short-refs'))
  await mkdir(join(root, 'short'))
  for (const folder of ['short-refs', 'short']) {
    await writeLossless(join(root, folder, 'short.mkv'), { pixels: pattern({ frames: 8 }), fps: 6 })
    await writeLossless(join(root, folder, 'long.mkv'), { pixels: pattern({ frames: 9 }), fps: 6 })
  }
  const { record } = await evaluate(
    options('short', {
      reference: { folder: join(root, 'short-refs') },
      protocol: 'as-is',
      metrics: ['psnr', 'fvd'],
      out: join(root, 'short-results'),
    }),
  )
  expect(record.failures).toMatchObject([
    {
      clip: 'short',
      reason: 'metric-failed',
      message: expect.stringMatching(/^fvd: i3d: expected at least 9 frames, found 8/),
    },
  ])
  const byId = new Map(record.scores.map((score) => [score.metric, score]))
  expect(byId.get('psnr')).toMatchObject({ n: 2, value: 100 })
  expect(byId.get('fvd')).toMatchObject({
    value: null,
    n: 1,
    warnings: [expect.stringMatching(/expected at least 2 rows/)],
  })
})

test('every metric of the protocols exists, with the recipe that they name', async () => {
  const { metricCatalogue } = await import('@kinemetric/metrics')
  const { metricsOf, protocols } = await import('../../benchmark/src/index.ts')
  const infos = new Map(metricCatalogue.map((info) => [info.id, info]))
  const named = protocols.flatMap(metricsOf)
  const known = named.filter(({ metric, recipe }) => infos.get(metric)?.recipes.some(({ id }) => id === recipe))
  expect(known).toEqual(named)
})
