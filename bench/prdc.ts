// Precision, recall, density and coverage of 10,000 rows a side of 2,048 dimensions, from .npy files that are written here, rows by formula. First the four
// numbers alone, then with the jackknife over rows. Time, processor time and peak memory of the process that scores.
//
// node bench/prdc.ts [recipe]: clovaai (default) has all four, torch-fidelity and stylegan-f16 precision and recall. KINEMETRIC_BENCH_ROWS=1000 runs another size.
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { FeatureRowsFile } from '@kinemetric/evaluation'
import { distance, findDistance, readDistanceSide } from '@kinemetric/metrics'
import { randomFeatures } from '../packages/metrics/test/features/formula-features.ts'

const dimension = 2048
const rows = Number(process.env.KINEMETRIC_BENCH_ROWS ?? 10_000)

if (process.argv[2] === '--child') await score(process.argv.slice(3))
else {
  const recipe = process.argv[2] ?? 'clovaai'
  const folder = await mkdtemp(join(tmpdir(), 'kinemetric-prdc-'))
  try {
    const files: string[] = []
    for (const seed of [1, 2]) files.push(await writeRows(join(folder, `${seed}.npy`), seed))
    for (const what of ['value', 'interval']) {
      console.log(`${cpus().length} × ${cpus()[0].model}; node ${process.version}; load ${loadavg()[0].toFixed(1)}`)
      const child = spawnSync(process.execPath, [import.meta.filename, '--child', what, recipe, ...files], {
        stdio: 'inherit',
      })
      if (child.status !== 0) throw new Error(`${what} ended with ${child.status ?? child.signal}`)
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function writeRows(path: string, seed: number): Promise<string> {
  const file = await FeatureRowsFile.create(path, dimension)
  for (let done = 0; done < rows; done += 1000) {
    const block = randomFeatures(1e6 * seed + done, Math.min(1000, rows - done), dimension, 0.02 * seed)
    await file.add(Float32Array.from(block.data))
  }
  await file.finish()
  return path
}

async function score([what, recipe, ...files]: string[]): Promise<void> {
  const [generated, reference] = [await readDistanceSide(files[0]), await readDistanceSide(files[1])]
  const ids = recipe === 'clovaai' ? ['precision', 'recall', 'density', 'coverage'] : ['precision', 'recall']
  const begun = performance.now()
  const scores = await distance(generated, reference, {
    metrics: ids.map((id) => ({ metric: findDistance(id), recipe })),
    ...(what === 'value' ? { interval: false, floor: false, influential: 0 } : { rowsAreClips: true }),
  })
  const seconds = (performance.now() - begun) / 1000
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  for (const { metric, value, interval } of scores)
    console.log(
      `${metric} ${value?.toFixed(4)}${interval ? ` [${interval.low.toFixed(4)}, ${interval.high.toFixed(4)}]` : ''}`,
    )
  console.log(
    `${rows} rows a side, ${recipe}, ${what}: ${seconds.toFixed(1)} s, processor ${((userCPUTime + systemCPUTime) / 1e6).toFixed(1)} s, peak ${(maxRSS / 1024).toFixed(0)} MiB, load ${loadavg()[0].toFixed(1)}`,
  )
}
