// PSNR, SSIM and LPIPS of real clips: time against scikit-image and against the LPIPS network alone, and agreement.
//
// Run: KINEMETRIC_PYTHON=/path/to/python node bench/image-metrics.ts [repeats] [clips]
// The Python needs scikit-image; without it, that part is left out. Clips and weights are read from the shared folder.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createFrameMetricPool, findRecipe, psnr, psnrSpec, ssim, ssimSpec } from '@kinemetric/metrics'
import { openNetwork } from '@kinemetric/networks'
import type { FrameArray } from '@kinemetric/video'
import { realClip } from '../packages/metrics/test/image/real-clips.ts'
import { hasShared, sharedPath } from '../test/shared.ts'

/** Seconds on the clock, and of all threads of the process: the second hardly depends on what else runs. */
interface Time {
  wall: number
  processor: number
}

interface Clip {
  generated: FrameArray
  reference: FrameArray
}

const repeats = Number(process.argv[2] ?? 5)
const clipCount = Number(process.argv[3] ?? 29)
const threads = 2
const choices = [
  { metric: psnrSpec, recipe: findRecipe(psnrSpec, 'frame-mean') },
  { metric: ssimSpec, recipe: findRecipe(ssimSpec, 'gaussian-valid') },
]

if (!hasShared('data', 'interdyn-examples')) process.exit(0)
const clips = await loadClips()
const [, height, width] = clips[0].reference.shape
console.log(`${clips.length} clips of 13 frames, ${height}x${width}; ${cpus()[0].model}; node ${process.version}`)

const alone = (): void => {
  for (const { generated, reference } of clips) {
    psnr(generated, reference)
    ssim(generated, reference)
  }
}
const pool = createFrameMetricPool({ threads })
const pooled = (): Promise<unknown> =>
  Promise.all(clips.map((clip) => pool.measure(clip.generated, clip.reference, choices)))
report('PSNR + SSIM, one thread', await best(alone))
report(`PSNR + SSIM, pool of ${threads} threads`, await best(pooled))
if (process.env.KINEMETRIC_PYTHON !== undefined) await comparePeer(process.env.KINEMETRIC_PYTHON)
if (hasShared('weights', 'alexnet-features.pth')) await compareNetwork()
await pool.close()

async function loadClips(): Promise<Clip[]> {
  const ids = readdirSync(sharedPath('data', 'interdyn-examples')).slice(0, clipCount)
  const loaded: Clip[] = []
  for (const id of ids) loaded.push(await realClip(id, 'one-frame-late'))
  return loaded
}

/** The fastest of several runs after a first: what disturbs a run only ever makes it longer. */
async function best(run: () => unknown): Promise<Time> {
  await once(run)
  const times: Time[] = []
  for (let i = 0; i < repeats; i++) times.push(await once(run))
  return least(times)
}

async function once(run: () => unknown): Promise<Time> {
  const start = performance.now()
  const before = process.cpuUsage()
  await run()
  const { user, system } = process.cpuUsage(before)
  return { wall: (performance.now() - start) / 1000, processor: (user + system) / 1e6 }
}

function least(times: Time[]): Time {
  return {
    wall: Math.min(...times.map(({ wall }) => wall)),
    processor: Math.min(...times.map(({ processor }) => processor)),
  }
}

/** On the clock, and in processor time. */
function ratio(over: Time, under: Time, digits: number): string {
  const [clock, core] = [over.wall / under.wall, over.processor / under.processor].map((value) => value.toFixed(digits))
  return `${clock} (processor time ${core})`
}

function report(what: string, { wall, processor }: Time): void {
  const [clock, core] = [wall, processor].map((seconds) => ((seconds / clips.length) * 1000).toFixed(1).padStart(7))
  console.log(`${what.padEnd(62)} ${clock} ms a clip, ${core} ms of processor time`)
}

/** Against scikit-image, in one process and in two, in turn with our own runs so that both see the same machine. */
async function comparePeer(python: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'kinemetric-bench-'))
  const files = (['generated', 'reference'] as const).map((side) => {
    const file = join(folder, side)
    writeFileSync(file, Buffer.concat(clips.map((clip) => clip[side].data)))
    return file
  })
  const script = join(import.meta.dirname, 'peers', 'scikit_image.py')
  for (const processes of [1, threads]) {
    const ours: Time[] = []
    const theirs: Time[] = []
    let values: { ssim: number[][]; psnr: number[][]; versions: Record<string, string> } | undefined
    for (let round = 0; round < Math.max(2, Math.ceil(repeats / 2)); round++) {
      ours.push(await once(processes === 1 ? alone : pooled))
      const sizes = [13, height, width, 1, processes].map(String)
      const { stdout, stderr, status } = spawnSync(python, [script, ...sizes, ...files], {
        encoding: 'utf8',
        maxBuffer: 2 ** 26,
      })
      if (status !== 0) throw new Error(`scikit_image.py: ${stderr}`)
      const answer = JSON.parse(stdout)
      values = answer
      theirs.push({ wall: Math.min(...answer.seconds), processor: Math.min(...answer.processor_seconds) })
      ours.push(await once(processes === 1 ? alone : pooled))
    }
    const [our, their] = [least(ours), least(theirs)]
    report(`scikit-image ${values?.versions['scikit-image']}, ${processes} process(es)`, their)
    report(`  ours beside it, ${processes} thread(s): ${ratio(their, our, 1)} times as fast`, our)
    let worst = 0
    clips.forEach(({ generated, reference }, clip) => {
      ssim(generated, reference).forEach(
        (value, t) => (worst = Math.max(worst, Math.abs(value - values!.ssim[clip][t]))),
      )
      const decibels = psnr(generated, reference, { recipe: 'frame-mean-inf' })
      decibels.forEach((value, t) => {
        if (value !== values!.psnr[clip][t]) worst = Math.max(worst, Math.abs(value - values!.psnr[clip][t]))
      })
    })
    console.log(`  largest difference of any frame's SSIM or PSNR: ${worst.toExponential(1)}`)
  }
  rmSync(folder, { recursive: true })
}

/** What PSNR and SSIM add to the LPIPS network, running beside it. */
async function compareNetwork(): Promise<void> {
  const how = { threads, searchPath: [sharedPath('weights')] }
  const { network: distances } = await openNetwork('distance', { network: 'lpips-alex' }, how)
  const network = async (): Promise<void> => {
    for (const { generated, reference } of clips) await distances.distance(generated, reference)
  }
  const all = async (): Promise<void> => {
    const others = pooled()
    await network()
    await others
  }
  await once(network)
  const networkTimes: Time[] = []
  const allTimes: Time[] = []
  for (let round = 0; round < Math.max(2, Math.ceil(repeats / 2)); round++) {
    networkTimes.push(await once(network))
    allTimes.push(await once(all))
  }
  const [only, together] = [least(networkTimes), least(allTimes)]
  report(`LPIPS-alex alone, ${threads} threads`, only)
  report(`  with PSNR and SSIM beside it: ${ratio(together, only, 2)} times the network`, together)
  await distances.close()
}
