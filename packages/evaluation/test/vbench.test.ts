import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { openNetwork } from '@kinemetric/networks'
import { readTable, weightRecipe } from '@kinemetric/records'
import { type FrameArray, sliceFrames, writeLossless } from '@kinemetric/video'
import { expect, test } from 'vitest'
import { rowConsistency } from '@kinemetric/metrics'
import { pattern } from '../../benchmark/test/small-benchmark.ts'
import { temporaryFolder } from '../../benchmark/test/temporary-folder.ts'
import { formulaCheckpoint } from '../../networks/test/models/vision-transformer/networks.ts'
import { compareResults, evaluate, type EvaluateOptions, FeatureCache, verifyResults } from '../src/index.ts'

// One block of the real widths with formula weights: the right arithmetic on made-up weights, so that nothing has to be downloaded.
const root = await temporaryFolder()
await formulaCheckpoint(root, 'dino_B_width_1_block')
await formulaCheckpoint(root, 'clip_B32_width_1_block')
const unverifiedCheckpoints = {
  'dino-vitb16': join(root, 'dino_B_width_1_block.safetensors'),
  'clip-vitb32': join(root, 'clip_B32_width_1_block.safetensors'),
}

/** A pattern that becomes another one, so that frames differ in what they show; each clip of its own length. */
const made = (index: number): FrameArray => pattern({ frames: 2 + 2 * index, height: 64, width: 96, phase: index })
const ids = ['a', 'b', 'c']
for (const name of ['mine', 'other']) {
  await mkdir(join(root, name))
  for (const [index, id] of ids.entries())
    await writeLossless(join(root, name, `${id}.mkv`), { pixels: made(name === 'mine' ? index : 2 - index), fps: 8 })
}
await writeLossless(join(root, 'mine', 'one-frame.mkv'), { pixels: sliceFrames(made(0), 0, 1, 1), fps: 8 })

const metrics = ['vbench-subject', 'vbench-background']
const options = (more: Partial<EvaluateOptions> = {}): EvaluateOptions => ({
  generated: join(root, 'mine'),
  out: join(root, 'results'),
  metrics,
  cache: join(root, 'cache'),
  unverifiedCheckpoints,
  weightFolders: [root],
  ...more,
})
const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value / values.length, 0)

/** What the network's own rows give. */
async function expectedOf(network: keyof typeof unverifiedCheckpoints): Promise<Float64Array[]> {
  const { network: opened } = await openNetwork(
    'features',
    { network, preprocessing: 'vbench' },
    { checkpoints: unverifiedCheckpoints },
  )
  const found: Float64Array[] = []
  for (const index of ids.keys())
    found.push(rowConsistency({ rows: await opened.extract(made(index)), dimension: opened.dimension }, network))
  await opened.close()
  return found
}

test('subject and background consistency are those of the networks’ rows, a clip counting its pairs of frames', async () => {
  const { record, paths, run } = await evaluate(
    options({ metrics: metrics.flatMap((id) => [id, `${id}:raw+average-videos`]) }),
  )
  const table = await readTable(paths.table)
  const scores = new Map(record.scores.map((score) => [`${score.metric}:${score.recipe}`, score]))
  for (const [id, network] of [
    ['vbench-subject', 'dino-vitb16'],
    ['vbench-background', 'clip-vitb32'],
  ] as const) {
    const expected = await expectedOf(network)
    expect(scores.get(`${id}:raw`)?.value).toBeCloseTo(mean(expected.flatMap((own) => [...own])), 12)
    expect(scores.get(`${id}:raw`)?.signature).toMatch(/\|average:pairs\|.*\|weights:[0-9a-f]{12}\|/)
    expect(scores.get(`${id}:raw+average-videos`)?.value).toBeCloseTo(mean(expected.map(mean)), 12)
    const weights = table.filter((row) => row.metric === id && row.recipe === weightRecipe('raw'))
    expect(weights.map(({ clip, value }) => [clip, value])).toEqual([
      ['b', 3],
      ['c', 5],
    ])
  }
  expect(record.failures.map(({ clip, reason, message }) => [clip, reason, message])).toEqual(
    metrics.map((id) => [
      'one-frame',
      'metric-failed',
      `${id}: expected at least 2 frames, for each is compared with the one before it, found 1`,
    ]),
  )
  expect(record.provenance.networks?.map(({ network }) => network)).toEqual(['dino-vitb16', 'clip-vitb32'])
  // Two networks, four videos, one side.
  expect(run.cache).toMatchObject({ generated: { networkRuns: 8 }, reference: { networkRuns: 0 } })
  const again = await evaluate(options({ overwrite: true }))
  expect(again.run.cache.generated).toMatchObject({ hits: 8, networkRuns: 0 })
  const store = new FeatureCache(undefined, undefined, () => undefined)
  expect((await verifyResults(join(root, 'results'), { pairs: true, store })).wrong).toEqual([])
})

test('two methods are compared with the weights of their clips', async () => {
  const out = join(root, 'two')
  for (const id of ['mine', 'other'])
    await evaluate(options({ generated: join(root, id), out, clips: ids, metrics: ['vbench-subject'] }))
  const [column] = (await compareResults(out, { cache: false }))[0].columns
  expect(column).toMatchObject({ metric: 'vbench-subject', clips: { common: 3, otherReference: 0 } })
})

test('missing weights are told with their licence and the command that gets them', async () => {
  const missing = evaluate(
    options({ unverifiedCheckpoints: {}, weightFolders: [join(root, 'none')], out: join(root, 'missing') }),
  )
  await expect(missing).rejects.toThrow(/DINO ViT-B\/16 is needed.*Apache-2\.0.*kinemetric weights pull dino-vitb16/s)
})
