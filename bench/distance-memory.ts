// A distance with its interval and its influential clips at the size of a whole data set: FID of 10,000 clips of 13 frames a side
// (130,000 rows of 2,048), from .npy files that are written here. Time and peak memory of the process that scores, beside the
// size of the features. KINEMETRIC_BENCH_ROWS=13000 runs another size. Needs 2 × rows × 8 KiB of disk.
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FeatureRowsFile } from '@kinemetric/evaluation'
import { distance, findDistance, readDistanceSide } from '@kinemetric/metrics'
import { randomFeatures } from '../packages/metrics/test/features/formula-features.ts'

const dimension = 2048
const framesOfClip = 13
const [mode, generated, reference] = process.argv.slice(2)
if (mode === '--child') {
  const sides = [await readDistanceSide(generated), await readDistanceSide(reference)]
  for (const { data } of sides)
    if ('rows' in data) data.clipOfRow = Int32Array.from({ length: data.rows }, (_, row) => row / framesOfClip)
  const begun = performance.now()
  const [score] = await distance(sides[0], sides[1], { metrics: [{ metric: findDistance('fid') }] })
  const seconds = (performance.now() - begun) / 1000
  const { value, interval, n } = score
  const peakMiB = process.resourceUsage().maxRSS / 1024
  console.log(
    `${n} rows: FID ${value?.toFixed(4)} [${interval?.low.toFixed(4)}, ${interval?.high.toFixed(4)}] (${interval?.method}) in ${seconds.toFixed(0)} s, peak ${(peakMiB / 1024).toFixed(1)} GiB`,
  )
} else {
  const rows = Number(process.env.KINEMETRIC_BENCH_ROWS ?? 130_000)
  const folder = await mkdtemp(join(tmpdir(), 'kinemetric-distance-'))
  try {
    const files: string[] = []
    for (const seed of [1, 2]) {
      const path = join(folder, `${seed}.npy`)
      const file = await FeatureRowsFile.create(path, dimension)
      for (let done = 0; done < rows; done += 1000) {
        const block = randomFeatures(1e6 * seed + done, Math.min(1000, rows - done), dimension, 0.02 * seed)
        await file.add(Float32Array.from(block.data))
      }
      await file.finish()
      files.push(path)
    }
    const child = spawnSync(process.execPath, [import.meta.filename, '--child', ...files], { stdio: 'inherit' })
    if (child.status !== 0) throw new Error(`the distance ended with ${child.status ?? child.signal}`)
    console.log(`the features themselves: ${((2 * rows * dimension * 4) / 2 ** 30).toFixed(1)} GiB`)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
