// Set metrics at the size of a benchmark's whole validation set: FID of 8,667 clips of 13 frames (112,671 rows of 2,048) and FVD of 8,667 clips (rows of
// 400) against as many references, with interval and influential clips, concluded from a store of kept features as `score` and `merge` do. Rows are made by
// formula. Each conclusion runs in a process of its own: time, processor time and peak memory of that process.
//
// node bench/distribution-size.ts [metric | metric:recipe | compare=metric …]: `kid` for all pairs, which takes most of an hour; compare: two methods.
// KINEMETRIC_BENCH_CLIPS=1000 runs another size, KINEMETRIC_BENCH_STORE=<folder> keeps the store for another run. Needs 1.8 GiB of disk, 2.7 to compare.
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type ClipRows,
  findDistance,
  findRecipe,
  type MeasuredSet,
  type MetricSpec,
  type Side,
} from '@kinemetric/metrics'
import { cacheAddress, FeatureCache, type FeatureKey } from '../packages/evaluation/src/store/feature-cache.ts'
import { keptRows } from '../packages/evaluation/src/store/stored-features.ts'

const clipCount = Number(process.env.KINEMETRIC_BENCH_CLIPS ?? 8667)
const shapes: Readonly<Record<string, { dimension: number; frames: number }>> = {
  fid: { dimension: 2048, frames: 13 },
  kid: { dimension: 2048, frames: 13 },
  fvd: { dimension: 400, frames: 1 },
  kvd: { dimension: 400, frames: 1 },
}
const [mode, ...rest] = process.argv.slice(2)

if (mode === '--child') await conclude(rest[0], rest[1], rest[2])
else {
  const asked = process.argv.slice(2)
  const kept = process.env.KINEMETRIC_BENCH_STORE
  const folder = kept ?? (await mkdtemp(join(tmpdir(), 'kinemetric-size-')))
  console.log(`${cpus().length} × ${cpus()[0].model}; node ${process.version}; load ${loadavg()[0].toFixed(1)}`)
  try {
    for (const metric of asked.length > 0 ? asked : ['fid', 'fvd', 'compare=fid', 'kid:torch-fidelity']) {
      const [what, name] = metric.includes('=') ? metric.split('=') : ['score', metric]
      await fillStore(folder, name.split(':')[0], what === 'compare')
      const child = spawnSync(process.execPath, [import.meta.filename, '--child', folder, name, what], {
        stdio: 'inherit',
      })
      if (child.status !== 0) throw new Error(`${metric} ended with ${child.status ?? child.signal}`)
    }
  } finally {
    if (kept === undefined) await rm(folder, { recursive: true, force: true })
  }
}

/** Concludes a metric of the store, or compares two methods of it. */
async function conclude(folder: string, name: string, what: string): Promise<void> {
  const store = new FeatureCache(folder, undefined, console.warn)
  const [id, recipeId] = name.split(':')
  const spec: MetricSpec = findDistance(id)
  const recipe = findRecipe(spec, recipeId)
  const how = {
    shown: recipe.id,
    extra: {},
    bootstrap: { resamples: 1000, level: 0.95 },
    seeds: { bootstrap: 0, points: 0, shuffle: 0 },
    motion: { tracker: 'none', points: 0 },
    onCost: (message: string) => console.log(`  ${message}`),
  }
  const begun = performance.now()
  let said: string
  if (what === 'score') {
    const score = await spec.conclude(measured(store, id, 'generated'), recipe, how)
    const { value, interval, n, details, warnings } = score
    said = `${n} rows: ${value} [${interval?.low}, ${interval?.high}] (${interval?.method}); most influential ${JSON.stringify(details?.influence?.[0])}`
    if (interval === null) said += ` ${warnings?.join('; ')}`
  } else {
    const compared = await spec.compare?.(measured(store, id, 'generated'), measured(store, id, 'other'), recipe, how)
    said = `two methods: ${compared?.difference} ± ${compared?.se}, p ${compared?.p}, ${compared?.method}`
  }
  const { user, system } = process.cpuUsage()
  const seconds = (performance.now() - begun) / 1000
  console.log(`${name} of ${said}`)
  console.log(
    `  ${seconds.toFixed(1)} s (processor ${((user + system) / 1e6).toFixed(1)} s), peak ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB, load ${loadavg()[0].toFixed(1)}`,
  )
}

function measured(store: FeatureCache, metric: string, method: 'generated' | 'other'): MeasuredSet {
  const clips = Array.from({ length: clipCount }, (_, clip) => clip)
  const places = (side: string) =>
    clips.map((clip) => ({ clip: `clip-${clip}`, address: cacheAddress(keyOf(metric, side, clip)) }))
  const read = new Map<Side, Promise<ClipRows>>()
  return {
    clips: clips.map((clip) => ({ clip: `clip-${clip}`, values: undefined, notes: undefined, objects: undefined })),
    rows: (side) => {
      const rows = read.get(side) ?? keptRows(places(side === 'generated' ? method : side), store)
      read.set(side, rows)
      return rows
    },
    tracklets: () => Promise.resolve(undefined),
  }
}

function keyOf(metric: string, method: string, clip: number): FeatureKey {
  const { dimension, frames } = shapes[metric]
  const network = `${dimension}x${frames}`
  return {
    kind: 'features',
    version: 1,
    frames: `${method} ${clip}`,
    network,
    digest: '',
    input: '',
    provider: 'cpu',
  }
}

/** Rows of both sides, and of a second method, where they do not lie there yet: a clip's frames are alike, features are at least 0 and of unlike spread. */
async function fillStore(folder: string, metric: string, two: boolean): Promise<void> {
  const { dimension, frames } = shapes[metric]
  const store = new FeatureCache(folder, undefined, console.warn)
  for (const [m, method] of (two ? ['generated', 'reference', 'other'] : ['generated', 'reference']).entries())
    for (let clip = 0; clip < clipCount; clip++) {
      const key = keyOf(metric, method, clip)
      if (await store.has(cacheAddress(key))) continue
      const data = clipRows(1 + m + 7 * clip, clip, frames, dimension, 0.02 * m)
      await store.get(key, 'generated', () => Promise.resolve({ rows: { shape: [frames, dimension], data } }))
    }
}

function clipRows(seed: number, clip: number, frames: number, dimension: number, shift: number): Float32Array {
  const data = new Float32Array(frames * dimension)
  const own = generator(seed)
  const shared = generator(1_000_003 * (clip + 1))
  const middle = Float64Array.from({ length: dimension }, () => 0.6 * (shared() - 0.5) + 0.5 * (own() - 0.5))
  for (let i = 0; i < frames; i++)
    for (let j = 0; j < dimension; j++) {
      const spread = 0.2 + (j % 61) / 20
      data[i * dimension + j] = Math.max(0, 0.3 + shift + spread * (middle[j] + 0.4 * (own() - 0.5)))
    }
  return data
}

/** xorshift32, uniform in [0, 1). */
function generator(seed: number): () => number {
  let state = Math.imul(seed + 1, 2654435761) | 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}
