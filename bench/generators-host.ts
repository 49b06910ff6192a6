// What an InterDyn clip of 256×384 and 50 steps takes outside the networks: reading, noise, schedule, what crosses to the networks' process and back, writing.
// The networks are stood in for by ones that take no time, in a process of their own as the real ones. KINEMETRIC_BENCH_CLIPS=8.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { openLatentProcess } from '../packages/networks/src/open/latent-process.ts'
import { findMethod, runMethod } from '../packages/runners/src/index.ts'
import { interdynGenerator } from '../packages/runners/src/methods/interdyn.ts'
import { eulerSchedule } from '../packages/runners/src/sampling/euler-schedule.ts'
import { writeMaskManifest } from '../packages/runners/test/write-mask-manifest.ts'

const clips = Array.from({ length: Number(process.env.KINEMETRIC_BENCH_CLIPS ?? 8) }, (_, i) => `clip${i}`)
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

try {
  const manifest = await writeMaskManifest(folder, clips, [256, 384], 14)
  const { spec, folder: home } = await findMethod('static')
  const used = process.cpuUsage()
  const begun = performance.now()
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
          const model = await openLatentProcess(source)
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
  })
  const wall = performance.now() - begun
  const { user, system } = process.cpuUsage(used)
  const items = await Promise.all(
    clips.map(async (clip): Promise<number> => {
      const item: { wallMs: number } = JSON.parse(await readFile(join(folder, 'out', clip, 's0', 'item.json'), 'utf8'))
      return item.wallMs
    }),
  )
  console.log(`${clips.length} clips of 14 × 256×384, 50 steps, networks that take no time:`)
  console.log(`  sampling of a clip by the clock, ms: ${items.join(', ')}`)
  console.log(
    `  all of it: ${(wall / clips.length).toFixed(0)} ms a clip by the clock, ${((user + system) / 1000 / clips.length).toFixed(0)} ms of this process's time, start included`,
  )
} finally {
  await rm(folder, { recursive: true, force: true })
}
