// CoTracker3 offline on 14 frames, 100 points and its 36 of context, 6 iterations: achieved arithmetic against this
// machine's own rate of convolutions and matrix products, against the reference in PyTorch, and peak memory.
//
// Run: KINEMETRIC_PYTHON=/path/to/python KINEMETRIC_COTRACKER=/path/to/co-tracker node bench/cotracker3.ts [threads] [repeats]
// The Python needs torch; without the two variables that part is left out. The weights are formulas, the clip is made up:
// neither changes the time.
//
// Every figure is the least of several runs, and all are taken in turn, so that what else the machine does hits them alike.
// "processor" is the time that all threads of the process used; with one thread it hardly depends on other load.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'

import { openCheckpoint, writeTorchZip } from '@kinemetric/networks'
import { GraphBuilder } from '../packages/networks/src/onnx/graph-builder.ts'
import { openCotracker3 } from '../packages/networks/src/models/cotracker3/open.ts'
import { openSession, type Session } from '../packages/networks/src/session/session.ts'
import { frameArray } from '@kinemetric/video'

import { cotracker3Tensors } from '../packages/networks/test/models/cotracker3/fixtures.ts'

const threads = Number(process.argv[2] ?? 2)
const repeats = Number(process.argv[3] ?? 3)
const [length, height, width, given] = [14, 240, 427, 100]
const points = given + 36

/** Seconds on the clock, and of all threads of the process. */
interface Time {
  wall: number
  processor: number
}

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'kinemetric-cotracker3-')))
try {
  await main()
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function main(): Promise<void> {
  console.log(`${cpus()[0].model}, ${threads} thread(s), node ${process.version}, least of ${repeats}`)
  const weights = join(folder, 'scaled_offline.pth')
  await writeTorchZip(weights, cotracker3Tensors('offline'))
  const clip = madeUpClip()
  const queries = Array.from({ length: given }, (_, n) => ({
    t: 0,
    x: 20 + (n % 10) * ((width - 40) / 9),
    y: 20 + Math.floor(n / 10) * ((height - 40) / 9),
  }))
  const tracker = await openCotracker3(await openCheckpoint(weights), { threads })
  const convolution = await machineConvolution()
  const product = await machineProduct()
  const times: { track: Time[]; convolution: Time[]; product: Time[] } = { track: [], convolution: [], product: [] }
  let tracks = await tracker.track(clip, queries)
  for (let i = 0; i < repeats; i++) {
    times.convolution.push(await timed(convolution.run))
    times.product.push(await timed(product.run))
    times.track.push(await timed(async () => void (tracks = await tracker.track(clip, queries))))
  }
  const peak = process.resourceUsage().maxRSS / 1024
  const work = operations()
  const total = work.encoder + work.rest
  console.log(`work: ${total.toFixed(0)} GFLOP, of which the encoder ${work.encoder.toFixed(0)}`)
  for (const kind of ['processor', 'wall'] as const) {
    const seconds = least(times.track, kind)
    const rates = {
      convolution: convolution.work / least(times.convolution, kind),
      product: product.work / least(times.product, kind),
    }
    const atMachineRate = work.encoder / rates.convolution + work.rest / rates.product
    console.log(
      `${kind}: ${seconds.toFixed(2)} s, ${(total / seconds).toFixed(1)} GFLOP/s; machine: convolution ` +
        `${rates.convolution.toFixed(1)}, product ${rates.product.toFixed(1)} GFLOP/s; share of its rate ${percent(atMachineRate / seconds)}`,
    )
  }
  console.log(`peak memory of this process: ${peak.toFixed(0)} MiB`)
  for (const { session } of [convolution, product]) await session.close()
  await tracker.close()
  comparePeer(weights, clip.data, queries, tracks.points, times.track)
}

/** The reference in PyTorch on the same frames, points and weights. */
function comparePeer(
  weights: string,
  pixels: Uint8Array,
  queries: readonly { t: number; x: number; y: number }[],
  tracks: Float32Array | Float64Array,
  ours: readonly Time[],
): void {
  const { KINEMETRIC_PYTHON: python, KINEMETRIC_COTRACKER: checkout } = process.env
  if (python === undefined || checkout === undefined) {
    console.log('reference: left out (set KINEMETRIC_PYTHON and KINEMETRIC_COTRACKER)')
    return
  }
  const task = join(folder, 'task.json')
  const clip = join(folder, 'clip.bin')
  writeFileSync(clip, pixels)
  writeFileSync(
    task,
    JSON.stringify({
      weights,
      clip,
      shape: [length, height, width],
      threads,
      repeats,
      queries: queries.map(({ t, x, y }) => [t, x, y]),
    }),
  )
  const script = join(import.meta.dirname, 'peers', 'cotracker3.py')
  const run = spawnSync(python, [script, checkout, task, join(folder, 'answer.json')], { stdio: 'inherit' })
  if (run.status !== 0) throw new Error(`the reference failed (exit status ${run.status})`)
  const answer: Answer = JSON.parse(readFileSync(join(folder, 'answer.json'), 'utf8'))
  for (const kind of ['processor', 'wall'] as const) {
    const [mine, theirs] = [least(ours, kind), least(answer.times, kind)]
    console.log(
      `reference (torch ${answer.torch}), ${kind}: ${theirs.toFixed(2)} s; ours is ${(theirs / mine).toFixed(2)} times as fast`,
    )
  }
  const worst = answer.tracks.reduce((most, value, at) => Math.max(most, Math.abs(value - tracks[at])), 0)
  console.log(
    `reference: peak memory ${answer.peakMiB.toFixed(0)} MiB; largest difference of a track ${worst.toExponential(1)} px`,
  )
}

/** What peers/cotracker3.py writes. */
interface Answer {
  torch: string
  times: Time[]
  peakMiB: number
  tracks: number[]
}

function convolution(from: number, to: number, kernel: number, pixels: number): number {
  return 2 * from * to * kernel ** 2 * pixels
}

function linear(rows: number, from: number, to: number): number {
  return 2 * rows * from * to
}

/** GFLOP of the reference's own arithmetic (two a multiply-add); what we add to blend patches is not counted. */
function operations(): { encoder: number; rest: number } {
  const stage = (from: number, to: number, pixels: number): number =>
    convolution(from, to, 3, pixels) +
    3 * convolution(to, to, 3, pixels) +
    (from === to ? 0 : convolution(from, to, 1, pixels))
  const [full, half, quarter, eighth] = [192 * 256, 96 * 128, 48 * 64, 24 * 32]
  const frame =
    convolution(3, 64, 7, full) +
    stage(64, 64, full) +
    stage(64, 96, half) +
    stage(96, 128, quarter) +
    convolution(128, 128, 3, eighth) * 4 +
    convolution(128, 128, 1, eighth) +
    convolution(416, 256, 3, half) +
    convolution(256, 128, 1, half)
  const rows = points * length
  const hubs = 64 * length
  const mixed = (queries: number, context: number, sequence: number): number =>
    2 * linear(queries, 384, 384) +
    linear(context, 384, 768) +
    2 * linear(queries, 384, 1536) +
    4 * queries * sequence * 384
  const correlation = 4 * (linear(rows * 49, 128, 49) + linear(rows, 2401, 384) + linear(rows, 384, 256))
  const block =
    mixed(rows + hubs, rows + hubs, length) + mixed(hubs, rows, points) + mixed(hubs, hubs, 64) + mixed(rows, hubs, 64)
  const iteration = correlation + linear(rows, 1110, 384) + 3 * block + linear(rows, 384, 4)
  return { encoder: (length * frame) / 1e9, rest: (6 * iteration) / 1e9 }
}

interface Measure {
  session: Session
  run: () => Promise<unknown>
  /** GFLOP of one run */
  work: number
}

/** A 3 × 3 convolution of 128 channels, as the encoder's. */
async function machineConvolution(): Promise<Measure> {
  const graph = new GraphBuilder('convolution')
  const [channels, rows, columns] = [128, 96, 128]
  const x = graph.input('x', 'float32', [1, channels, rows, columns])
  const weight = graph.constant(noise(channels * channels * 9), [channels, channels, 3, 3])
  graph.output(graph.node('Conv', [x, weight], { kernel_shape: [3, 3], pads: [1, 1, 1, 1] }), 'y', 'float32', [
    1,
    channels,
    rows,
    columns,
  ])
  const session = await openSession(graph.build(), { threads })
  const feeds = {
    x: { type: 'float32', data: noise(channels * rows * columns), shape: [1, channels, rows, columns] },
  } as const
  return repeated(session, () => session.run(feeds), (2 * channels * channels * 9 * rows * columns) / 1e9)
}

/** A product of 2800 × 1536 and 1536 × 384, as the transformer's. */
async function machineProduct(): Promise<Measure> {
  const graph = new GraphBuilder('product')
  const [m, k, n] = [2800, 1536, 384]
  const x = graph.input('x', 'float32', [m, k])
  graph.output(graph.node('MatMul', [x, graph.constant(noise(k * n), [k, n])]), 'y', 'float32', [m, n])
  const session = await openSession(graph.build(), { threads })
  const feeds = { x: { type: 'float32', data: noise(m * k), shape: [m, k] } } as const
  return repeated(session, () => session.run(feeds), (2 * m * k * n) / 1e9)
}

/** Ten runs a measurement, so that it lasts as long as the scheduler's turns. */
async function repeated(session: Session, once: () => Promise<unknown>, work: number): Promise<Measure> {
  const times = 10
  const run = async (): Promise<void> => {
    for (let i = 0; i < times; i++) await once()
  }
  await run()
  return { session, run, work: work * times }
}

async function timed(run: () => Promise<unknown>): Promise<Time> {
  const start = performance.now()
  const before = process.cpuUsage()
  await run()
  const { user, system } = process.cpuUsage(before)
  return { wall: (performance.now() - start) / 1000, processor: (user + system) / 1e6 }
}

function least(times: readonly Time[], kind: keyof Time): number {
  return Math.min(...times.map((time) => time[kind]))
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`
}

function noise(count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => ((i * 2654435761) % 4294967296) / 4294967296 - 0.5)
}

function madeUpClip() {
  const data = new Uint8Array(length * height * width * 3)
  for (let t = 0, at = 0; t < length; t++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        for (let c = 0; c < 3; c++) {
          const wave = Math.sin(0.11 * (x - 1.5 * t) + 0.07 * y + 0.9 * c) * Math.cos(0.05 * x - 0.09 * (y + 0.5 * t))
          data[at++] = Math.floor(127.5 + 100 * wave + 0.5)
        }
      }
    }
  }
  return frameArray(data, length, height, width)
}
