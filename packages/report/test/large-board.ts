// Writes made-up results as wide as the papers' benchmark: eight methods by nine columns, all pairs compared, values of enough clips for every chart to be
// what it is at thousands. For tests of what pages weigh; never results.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { hashFile } from '@kinemetric/files'
import { type TableRow, writeComparisons, writeRecord, writeTable } from '@kinemetric/records'
import { comparedColumn, comparisonsOf, type FixtureScore, record, sha } from './fixtures.ts'

const clips = 120
const names = [
  'InterDyn',
  'CosHand (autoregressive)',
  'CosHand (independent)',
  'DynamiCrafter',
  'Seer',
  'SVD base',
  'Flow warp',
  'ControlNet',
]
const tracked = {
  tracker: 'cotracker3-offline',
  points: 100,
  seed: 0,
  skipped: [],
  staticShare: { generated: 0.1, reference: 0.1 },
  invisibleShare: { generated: 0, reference: 0 },
  shuffledBaseline: { value: 0.31, n: 8667, seed: 0 },
}
const columns: { metric: string; recipe: string; details?: FixtureScore['details'] }[] = [
  { metric: 'psnr', recipe: 'frame-mean', details: { frames: 13 } },
  { metric: 'ssim', recipe: 'gaussian-valid', details: { frames: 13 } },
  { metric: 'ssim', recipe: 'uniform-7', details: { frames: 13 } },
  { metric: 'lpips', recipe: 'alex', details: { frames: 13 } },
  { metric: 'motion-fidelity', recipe: 'interdyn/tracker:cotracker3-offline', details: { motion: tracked } },
  { metric: 'endpoint-error', recipe: 'all-points/tracker:cotracker3-offline', details: { motion: tracked } },
  { metric: 'tapvid-delta', recipe: 'tapvid-256/tracker:cotracker3-offline', details: { motion: tracked } },
  {
    metric: 'fvd',
    recipe: 'stylegan-v',
    details: { sampleSize: { generated: 8667, reference: 8667, dimension: 400 } },
  },
  {
    metric: 'kvd',
    recipe: 'full-sample',
    details: { sampleSize: { generated: 8667, reference: 8667, dimension: 400 } },
  },
]

/** Writes `<dir>/large/…`. */
export async function writeLargeBoard(dir: string): Promise<void> {
  const folder = join(dir, 'large')
  mkdirSync(folder, { recursive: true })
  const ids = names.map((_, at) => `method-${at}`)
  for (const [method, id] of ids.entries()) {
    const scores = columns.map(({ metric, recipe, details }, at): FixtureScore => {
      return {
        metric,
        recipe,
        value: valueOf(method, at),
        half: 0.004,
        n: 8667,
        signature: `${metric}|recipe:${recipe}|frames:1-13|v:1`,
        ...(details && { details }),
      }
    })
    const entry = record({ id, name: names[method], protocol: 'large', clips: 8667, scores })
    await writeRecord(join(folder, `${id}.json`), entry, { overwrite: true })
    const rows = columns.slice(0, 7).flatMap(({ metric, recipe }, at) =>
      Array.from({ length: clips }, (_, clip): TableRow => {
        const value = valueOf(method, at) + 0.1 * Math.sin(clip * 1.7 + method) + 0.03 * Math.cos(clip * clip)
        return { clip: String(clip), frame: -1, metric, recipe, value }
      }),
    )
    await writeTable(join(folder, `${id}.parquet`), rows, { overwrite: true })
  }
  const compared = columns.map(({ metric, recipe }, at) => {
    const values = Object.fromEntries(ids.map((id, method) => [id, valueOf(method, at)]))
    const separated = ids.flatMap((better, index) =>
      ids.slice(index + 2).map((other): [string, string] => [better, other]),
    )
    const stability = {
      resamples: 1000,
      seed: 0,
      sameOrder: 0.83,
      methods: ids.map((method, index) => ({
        method,
        first: index < 3 ? [0.8, 0.15, 0.05][index] : 0,
        ranks: ids.map(() => 0.125),
      })),
      tau: 0.9,
    }
    const column = comparedColumn({
      metric,
      values,
      separated,
      stability,
      clips: { common: 8412, protocol: 8667, otherReference: 0 },
      units: 8214,
    })
    return { ...column, recipe, signature: `${metric}|recipe:${recipe}|frames:1-13|v:1` }
  })
  const comparisons = comparisonsOf(compared, 'large')
  comparisons.records = await Promise.all(
    ids.map(async (id, at) => ({
      method: id,
      name: names[at],
      record: await hashFile(join(folder, `${id}.json`)),
      table: sha('0'),
      hashes: null,
    })),
  )
  await writeComparisons(join(folder, 'comparisons.json'), comparisons)
}

function valueOf(method: number, column: number): number {
  return 0.9 - method / 40 - column / 90
}
