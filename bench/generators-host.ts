// What an InterDyn clip of 256×384 and 50 steps takes outside the networks: reading, noise, schedule, what crosses to the networks' process and back, writing.
// The networks are stood in for by ones that take no time, in a process of their own as the real ones. Linux alone says what that one took. KINEMETRIC_BENCH_CLIPS=16.
// KINEMETRIC_BENCH_STEP_MS=20 lets each step wait that long, as for a card that works: a clip's time by the clock less 50 of these is what the card waits for.
import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { LatentModel } from '../packages/networks/src/index.ts'
import { openLatentProcess } from '../packages/networks/src/open/latent-process.ts'
import { findMethod, runMethod } from '../packages/runners/src/index.ts'
import { interdynGenerator } from '../packages/runners/src/methods/interdyn.ts'
import { eulerSchedule } from '../packages/runners/src/sampling/euler-schedule.ts'
import { writeMaskManifest } from '../packages/runners/test/write-mask-manifest.ts'

const clips = Array.from({ length: Number(process.env.KINEMETRIC_BENCH_CLIPS ?? 16) }, (_, i) => `clip${i}`)
const stepMs = Number(process.env.KINEMETRIC_BENCH_STEP_MS ?? 0)
const half = Math.floor(clips.length / 2)
const folder = await mkdtemp(join(tmpdir(), 'kinemetric-host-'))
const settings = { seed: 0, fps: 7, motionBucket: 127, noiseAug: 0.02, minGuidance: 1, maxGuidance: 3, controlScale: 1 }
const scheduler = {
  prediction_type: 'v_prediction',
  timestep_type: 'continuous',
  use_karras_sigmas: true,
  sigma_min: 0.002,
  sigma_max: 700,
  timestep_spacing: 'leading',
} as const

/** Of a process, in ms; 0 where the system does not say. */
function processorTime(pid: number): number {
  const { user, system } = process.cpuUsage()
  if (pid === process.pid) return (user + system) / 1000
  if (process.platform !== 'linux') return 0
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')
  return 10 * (Number(fields[11]) + Number(fields[12]))
}

interface Moment {
  readonly clock: number
  readonly own: number
  readonly networks: number
}

let networks: number | undefined
const now = (): Moment => ({
  clock: performance.now(),
  own: processorTime(process.pid),
  networks: networks === undefined ? 0 : processorTime(networks),
})

try {
  const manifest = await writeMaskManifest(folder, clips, [256, 384], 14)
  const { spec, folder: home } = await findMethod('static')
  const [begun, done]: [Moment, Moment[]] = [now(), []]
  await runMethod({
    method: {
      spec: { ...spec, capabilities: { ...spec.capabilities, control: ['mask'] } },
      folder: home,
      native: {
        id: 'interdyn',
        sees: 'condition',
        load: async () => async (_, options) => {
          const source = {
            module: new URL('./networks/idle-latents.ts', import.meta.url).href,
            open: 'openIdleLatents',
            args: [],
          }
          const model: LatentModel & { pid?: number } = await openLatentProcess(source)
          networks = model.pid
          return interdynGenerator('interdyn', settings, options, {
            model,
            weights: [],
            schedule: eulerSchedule(scheduler, 50),
          })
        },
      },
    },
    manifest,
    out: join(folder, 'out'),
    onProgress: ({ step }) => step ?? done.push(now()),
  })
  const items = await Promise.all(
    clips.map(async (clip): Promise<number> => {
      const item: { wallMs: number } = JSON.parse(await readFile(join(folder, 'out', clip, 's0', 'item.json'), 'utf8'))
      return item.wallMs
    }),
  )
  const mean = (from: Moment, to: Moment, count: number) => {
    const each = (key: keyof Moment) => (to[key] - from[key]) / count
    return `${each('clock').toFixed(0)} ms by the clock, ${(each('own') + each('networks')).toFixed(0)} ms of processor time (${each('own').toFixed(0)} here, ${each('networks').toFixed(0)} in the networks' process)`
  }
  const last = done[done.length - 1]
  console.log(
    `${clips.length} clips of 14 × 256×384, 50 steps, networks ${stepMs > 0 ? `that wait ${stepMs} ms a step` : 'that take no time'}:`,
  )
  console.log(`  sampling of a clip by the clock, ms: ${items.join(', ')}`)
  console.log(`  a clip, start and first included: ${mean(begun, last, clips.length)}`)
  console.log(`  a clip after the first half: ${mean(done[half - 1], last, clips.length - half)}`)
} finally {
  await rm(folder, { recursive: true, force: true })
}
