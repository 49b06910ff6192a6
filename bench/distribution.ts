import { fvdSpec } from '@kinemetric/metrics'
// Distances between features: Fréchet and kernel, time, memory and agreement with the Python libraries.
//
// Run: KINEMETRIC_PYTHON=/path/to/python node bench/distribution.ts [repeats]
// The Python needs what packages/metrics/test/goldens/distribution_goldens.py needs; without it, that part is left out.

import { spawnSync } from 'node:child_process'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import {
  FeatureStatistics,
  fid,
  frechetDistance,
  frechetFromFeatures,
  kid,
  scoreDistance,
  subsetMmds,
  type FeatureMatrix,
} from '@kinemetric/metrics'
import { NumpyRandomState } from '../packages/metrics/src/intervals/numpy-random.ts'
import { randomFeatures } from '../packages/metrics/test/features/formula-features.ts'

interface Peer {
  rows: number
  subsetSize: number
  values: Record<string, number | number[] | string>
  seconds: Record<string, number>
}

const repeats = Number(process.argv[2] ?? 3)
const dimension = 2048

console.log(`${cpus().length} × ${cpus()[0].model}; node ${process.version}; load ${loadavg()[0].toFixed(1)}`)
await fromStatistics()
await others()
if (process.env.KINEMETRIC_PYTHON !== undefined) await comparePeers(process.env.KINEMETRIC_PYTHON)

/** The figure to reach: d = 2,048, N = 10,000, under 10 s and 1 GiB, from statistics. */
async function fromStatistics(): Promise<void> {
  const sides = []
  for (const seed of [1, 2]) {
    const statistics = new FeatureStatistics(dimension)
    // In blocks, so that the features themselves are not in the memory that is measured.
    const time = await timed(1, async () => {
      for (let block = 0; block < 10; block++) {
        const rows = randomFeatures(100 * seed + block, 1000, dimension, seed === 1 ? 0 : 0.05)
        await statistics.add(rows.data)
      }
    })
    if (seed === 1) console.log(`statistics of 10,000 rows (making the rows included): ${time}`)
    sides.push(statistics.gaussian(1))
  }
  const [a, b] = sides
  console.log(`Fréchet distance from statistics: ${await timed(repeats, () => frechetDistance(a, b))}`)
  console.log(`  largest memory of the process so far: ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB`)
}

function clips(seed: number, rows: number, d: number): FeatureMatrix {
  return randomFeatures(seed, rows, d, seed === 1 ? 0 : 0.05)
}

async function others(): Promise<void> {
  console.log(
    `FID of 377 rows (29 clips of 13 frames): ${await timed(repeats, () => frechetFromFeatures(clips(1, 377, dimension), clips(2, 377, dimension)))}`,
  )
  console.log(
    `FVD of 2,048 clips: ${await timed(repeats, () => frechetFromFeatures(clips(1, 2048, 400), clips(2, 2048, 400)))}`,
  )
  console.log(
    `KID of 3,000 rows: ${await timed(repeats, () => kid(clips(1, 3000, dimension), clips(2, 3000, dimension)))}`,
  )
  const sure = {
    interval: { kind: 'bootstrap', resamples: 100 },
    floor: false,
    extrapolation: false,
    influential: 0,
  } as const
  console.log(
    `FVD of 2,048 clips with 100 resamples: ${await timed(1, () => scoreDistance(fvdSpec, clips(1, 2048, 400), clips(2, 2048, 400), sure))}`,
  )
}

async function comparePeers(python: string): Promise<void> {
  const script = join(import.meta.dirname, 'peers', 'fid_peers.py')
  const result = spawnSync(python, [script, '300', '3000'], { encoding: 'utf8', maxBuffer: 1 << 26 })
  if (result.status !== 0) throw new Error(`${script} ended with ${result.status}:\n${result.stderr}`)
  const peers: Peer[] = JSON.parse(result.stdout)
  for (const { rows, subsetSize, values, seconds } of peers) {
    const [a, b] = [randomFeatures(1, rows, dimension), randomFeatures(2, rows, dimension, 0.05)]
    let ours = Number.NaN
    const time = await timed(repeats, async () => {
      ours = (await frechetFromFeatures(a, b)).value
    })
    console.log(`${rows} rows: FID ${ours} in ${time}`)
    for (const library of ['torch-fidelity', 'pytorch-fid', 'clean-fid', 'torchmetrics']) {
      const theirs = values[`fid ${library}`]
      const apart = typeof theirs === 'number' ? Math.abs(ours / theirs - 1).toExponential(1) : String(theirs)
      console.log(`  ${library}: ${String(theirs)} in ${seconds[`fid ${library}`]} s, relative difference ${apart}`)
    }
    const random = new NumpyRandomState(2020)
    let mean = Number.NaN
    const kidTime = await timed(1, async () => {
      const subsets = await subsetMmds(a, b, 100, subsetSize, (n, k) => random.choice(n, k))
      mean = subsets.reduce((sum, value) => sum + value, 0) / 100
    })
    const theirs = Number([values['kid torch-fidelity']].flat()[0])
    console.log(
      `  KID, 100 subsets of ${subsetSize}: ${mean} in ${kidTime}; torch-fidelity ${theirs} in ${seconds['kid torch-fidelity']} s, difference ${Math.abs(mean - theirs).toExponential(1)}`,
    )
    const full = (await kid(a, b)).value
    for (const name of ['clean-fid whole', 'torchmetrics whole']) {
      const value = Number(values[`kid ${name}`])
      console.log(`  KID of all rows: ${full}; ${name} ${value}, difference ${Math.abs(full - value).toExponential(1)}`)
    }
    if (rows === 300) console.log(`  ${(await fid(a, b)).warnings[0]}`)
  }
}

/** Best of several runs on the clock, with the processor time of all threads, which hardly depends on what else runs. */
async function timed(count: number, run: () => Promise<unknown>): Promise<string> {
  let best = Number.POSITIVE_INFINITY
  let processor = Number.POSITIVE_INFINITY
  for (let k = 0; k < count; k++) {
    const start = performance.now()
    const before = process.cpuUsage()
    await run()
    const used = process.cpuUsage(before)
    best = Math.min(best, (performance.now() - start) / 1e3)
    processor = Math.min(processor, (used.user + used.system) / 1e6)
  }
  return `${best.toFixed(2)} s (processor ${processor.toFixed(2)} s)`
}
