// InterDyn at full size: one step of the sampler, in a process of its own for each way, so that the peak of its memory is its own.
// KINEMETRIC_BENCH_SIZES=128x192,256x384 says which sizes, KINEMETRIC_BENCH_WAYS=… which ways, KINEMETRIC_BENCH_THREADS how many threads (1),
// KINEMETRIC_BENCH_ROUNDS how many steps, the middle one counts (1). In PyTorch: bench/peers/generators.py.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

import { findTensor } from '../packages/networks/src/checkpoints/find-tensor.ts'
import { readInterdynConfig } from '../packages/networks/src/models/interdyn/config.ts'
import { stepOperations } from '../packages/networks/src/models/interdyn/operations.ts'
import { InterdynSteps } from '../packages/networks/src/models/interdyn/steps.ts'
import { controlnetTensors } from '../packages/networks/src/models/interdyn/tensors.ts'
import { svdUnetTensors } from '../packages/networks/src/models/svd/tensors.ts'
import { Kept } from '../packages/networks/src/session/kept.ts'
import type { HostTensor } from '../packages/networks/src/session/session.ts'
import { measured } from './networks/measured.ts'
import type { CallTime } from './networks/peer.ts'
import { machineRates } from './networks/rates.ts'
import { drawnCheckpoint } from './networks/drawn-weights.ts'

interface Way {
  readonly dtype: 'float32' | 'float16'
  readonly guidance: 'together' | 'apart'
  readonly prepack: boolean
  /** As `--low-memory` has it. */
  readonly late?: boolean
}

const ways = {
  float32: { dtype: 'float32', guidance: 'together', prepack: true },
  'float32, not prepacked': { dtype: 'float32', guidance: 'together', prepack: false },
  'float32, halves apart, not prepacked': { dtype: 'float32', guidance: 'apart', prepack: false },
  'float32, halves apart': { dtype: 'float32', guidance: 'apart', prepack: true },
  'float16, halves apart, not prepacked': { dtype: 'float16', guidance: 'apart', prepack: false },
  // With --low-memory arithmetic on the CPU is float32 in either dtype.
  'low memory': { dtype: 'float32', guidance: 'apart', prepack: false, late: true },
} as const satisfies Record<string, Way>
const threads = Number(process.env.KINEMETRIC_BENCH_THREADS ?? 1)
const wanted = Number(process.env.KINEMETRIC_BENCH_ROUNDS ?? 1)
const [size, way] = process.argv.slice(2)

if (size === undefined) {
  const wanted = process.env.KINEMETRIC_BENCH_WAYS?.split(';') ?? Object.keys(ways)
  for (const each of process.env.KINEMETRIC_BENCH_SIZES?.split(',') ?? ['128x192'])
    for (const name of wanted)
      spawnSync(process.execPath, [fileURLToPath(import.meta.url), each, name], { stdio: 'inherit' })
} else {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the names that this script gave itself
  await measure(size, ways[way as keyof typeof ways])
}

async function measure(pixels: string, how: Way): Promise<void> {
  const [height, width] = pixels.split('x').map((side) => Number(side) / 8)
  const grid = { samples: 1, frames: 14, height, width }
  const released = { block_out_channels: [320, 640, 1280, 1280], num_attention_heads: [5, 10, 20, 20] }
  const config = readInterdynConfig({ config: released, where: 'unet' }, { config: released, where: 'controlnet' })
  const unet = await drawnCheckpoint('svd-unet', svdUnetTensors(config.unet), 'F16')
  const branch = await drawnCheckpoint('interdyn-controlnet', controlnetTensors(config.controlnet), 'F16')
  const networks = {
    config,
    unet: (name: string) => findTensor(unet, name),
    controlnet: (name: string) => findTensor(branch, name),
  }
  const kept = new Kept(false)
  const { dtype, guidance, prepack, late = false } = how
  const profilePrefix = process.env.KINEMETRIC_BENCH_PROFILE
  const session = { threads, prepack, profilePrefix }
  const steps = new InterdynSteps(networks, kept, {
    dtype,
    fusedAttention: true,
    gatherSmallMaps: !late,
    skipDoubledMaps: !late,
    lateWeights: late,
    guidance,
    session,
  })
  const opening = await measured(() => steps.open(grid))
  const openPeak = process.resourceUsage().maxRSS
  const rounds: CallTime[] = []
  for (let round = 0; round < wanted; round++)
    rounds.push(await measured(() => steps.step(zeroFeeds(grid, config.unet.levels[0].context))))
  // The first takes its memory from the system.
  const step = rounds.toSorted((a, b) => a.wall - b.wall)[(wanted - 1) >> 1]
  const peak = process.resourceUsage().maxRSS
  await kept.close()
  const rates = await machineRates(threads)
  const { unet: a, controlnet: b, control: c } = stepOperations(config, grid)
  const operations = a + b + c
  const rate = operations / step.processor / 1e6
  console.log(
    [
      `${pixels}, ${way}, ${threads} thread${threads === 1 ? '' : 's'}: opened in ${seconds(opening.wall)} (${seconds(opening.processor)} of processor time,`,
      `peak ${gib(openPeak)}); steps by the clock ${rounds.map(({ wall }) => (wall / 1000).toFixed(1)).join(', ')} s; a step of ${(operations / 1e12).toFixed(2)} TFLOP: ${seconds(step.wall)} (${seconds(step.processor)}), peak ${gib(peak)};`,
      `${rate.toFixed(0)} GFLOP/s of processor time = ${((100 * rate) / rates.product).toFixed(0)}% of the machine's product rate (${rates.product.toFixed(0)}),`,
      `${((100 * rate) / rates.convolution).toFixed(0)}% of its convolution rate (${rates.convolution.toFixed(0)})`,
    ].join(' '),
  )
}

function zeroFeeds(
  { frames, height, width }: { frames: number; height: number; width: number },
  context: number,
): Record<string, HostTensor> {
  const pixels = [frames, 3, 8 * height, 8 * width]
  return {
    latents: filled([1, frames, 4, height, width]),
    image_latents: filled([1, 4, height, width]),
    context: filled([1, context]),
    control: { type: 'uint8', data: new Uint8Array(pixels.reduce((a, b) => a * b, 1)), shape: pixels },
    guidance: filled([frames], 1),
    sigma: filled([], 10),
    sigma_next: filled([], 9),
    fps: filled([], 6),
    motion_bucket: filled([], 40),
    noise_aug: filled([], 0.02),
  }
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`
}

function gib(kib: number): string {
  return `${(kib / 2 ** 20).toFixed(2)} GiB`
}

function filled(shape: number[], value = 0): HostTensor {
  return { type: 'float32', data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(value), shape }
}
