// Peak memory and time of `kinemetric merge` of shards of features, each run a process of its own: 1,000, 10,000 and 100,000 clips of one row of I3D's length, and
// 100, 1,000 and 5,000 clips of 16 rows of Inception's, in 64 shards each, into .npy and .npz. The rows are made up. KINEMETRIC_BENCH_CLIPS=1000 runs other
// numbers. Linux only: peaks are the kernel's.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isOfShard, type Shard } from '@kinemetric/benchmark'
import {
  type FeatureShardFile,
  featureShardPaths,
  featureShardSchema,
  writeFeatureShard,
} from '../packages/evaluation/src/extract/shards/feature-shard-file.ts'
import { RowsWriter } from '../packages/evaluation/src/extract/shards/kept-rows.ts'

const cli = join(import.meta.dirname, '..', 'packages', 'cli', 'bin', 'kinemetric.js')
const asked = process.env.KINEMETRIC_BENCH_CLIPS?.split(',').map(Number)
const count = 64
const folder = await mkdtemp(join(tmpdir(), 'kinemetric-merge-features-'))
try {
  for (const [network, dimension, rows, numbers] of [
    ['i3d-kinetics-400', 400, 1, [1000, 10_000, 100_000]],
    ['inception-2015-12-05', 2048, 16, [100, 1000, 5000]],
  ] as const)
    for (const clips of asked ?? numbers) {
      const parts = join(folder, `${network}-${clips}`)
      await writeShards(parts, { network, dimension, rows, clips })
      for (const ending of ['npy', 'npz']) {
        const out = join(folder, `merged.${ending}`)
        const { peakMiB, seconds } = await merge(parts, out)
        const { size } = await stat(out)
        console.log(
          `${network}: ${clips} clips of ${rows} rows, ${(size / 2 ** 20).toFixed(0)} MiB of .${ending}: peak ${peakMiB.toFixed(0)} MiB, ${seconds.toFixed(1)} s`,
        )
        await rm(out)
      }
      await rm(parts, { recursive: true })
    }
} finally {
  await rm(folder, { recursive: true, force: true })
}

interface Made {
  network: string
  dimension: number
  rows: number
  clips: number
}

async function writeShards(parts: string, { network, dimension, rows, clips }: Made): Promise<void> {
  await mkdir(parts)
  const names = Array.from({ length: clips }, (_, clip) => `clip-${String(clip).padStart(6, '0')}`)
  const block = Float32Array.from({ length: rows * dimension }, (_, place) => Math.sin(place))
  for (let index = 1; index <= count; index++) {
    const shard: Shard = { index, count }
    const file: FeatureShardFile = {
      schema: featureShardSchema,
      shard,
      context: {
        name: 'f.npz',
        statistics: false,
        manifest: null,
        clips: names,
        failures: [],
        rows: {
          network,
          preprocessing: 'p',
          digest: 'd',
          dimension,
          unverified: true,
          excluded: [],
          weights: [],
          code: { name: 'kinemetric', version: '1', commit: null, dirty: null },
          decoder: { name: 'd', version: '1' },
          provider: 'cpu',
        },
      },
    }
    const paths = featureShardPaths(join(parts, 'f.npz'), shard)
    await writeFeatureShard(paths.file, file)
    const writer = await RowsWriter.open(paths.rows, file.context.rows, 0)
    for (const [place, name] of names.entries()) {
      if (!isOfShard(name, shard)) continue
      block[0] = place
      await writer.add(name, ' s', { rows: block, warnings: [] })
    }
    await writer.close()
  }
}

async function merge(parts: string, out: string): Promise<{ peakMiB: number; seconds: number }> {
  const child = spawn(process.execPath, [cli, 'merge', parts, '--out', out], { stdio: ['ignore', 'ignore', 'inherit'] })
  const begun = performance.now()
  let peakMiB = 0
  const watch = setInterval(() => {
    void readFile(`/proc/${child.pid}/status`, 'utf8').then(
      (text) => {
        peakMiB = Math.max(peakMiB, Number(/VmHWM:\s+(\d+)/.exec(text)?.[1] ?? 0) / 1024)
      },
      () => {},
    )
  }, 100)
  await once(child, 'close')
  clearInterval(watch)
  if (child.exitCode !== 0) throw new Error(`merge ended with ${child.exitCode}`)
  return { peakMiB, seconds: (performance.now() - begun) / 1000 }
}
