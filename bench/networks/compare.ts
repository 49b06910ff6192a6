import { cpus } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'

import { GraphBuilder } from '../../packages/networks/src/onnx/graph-builder.ts'
import { openSession, type Session } from '../../packages/networks/src/session/session.ts'
import { openPeer, type CallTime } from './peer.ts'

/** One network to measure. */
export interface Subject {
  name: string
  /** What one call takes, in words. */
  workload: string
  /** Operations of the network's convolutions in one call, counted from its layers. */
  operations: number
  /** Arguments of bench/peers/networks.py. */
  peer: { network: string; shape: readonly number[] }
  open(threads: number): Promise<{ call(): Promise<unknown>; close(): Promise<void> }>
}

/** Convolution of the machine's own rate: 3×3, 128 to 128 channels, 56×56, four at a time, in a chain. */
const [batch, channels, side] = [4, 128, 56]
const chain = 8
const probeOperations = 2 * 9 * channels * channels * batch * side * side

/**
 * Ours, the peer and the machine's convolution rate by turns in one run, so that whatever else the machine does falls on
 * all three; prints the medians over the rounds and the ratios. With one thread, processor time counts (it does not see
 * other programs); with more, the wall clock.
 */
export async function compare(
  subject: Subject,
  rounds = Number(process.env.KINEMETRIC_BENCH_ROUNDS ?? 7),
): Promise<void> {
  console.log(`${subject.name}: ${subject.workload}; ${(subject.operations / 1e9).toFixed(2)} GFLOP of convolutions`)
  const cores = process.env.KINEMETRIC_BENCH_THREADS?.split(',').map(Number) ?? [1, 2].filter((n) => n <= cpus().length)
  for (const threads of cores) {
    const peer = await openPeer(subject.peer.network, subject.peer.shape, threads)
    const ours = await subject.open(threads)
    const probe = await openProbe(threads)
    const times = { ours: [] as CallTime[], probe: [] as CallTime[], peer: [] as CallTime[] }
    for (let round = -1; round < rounds; round++) {
      const turn = {
        ours: await timed(() => ours.call()),
        probe: await timed(() => probe.run()),
        peer: await peer?.call(),
      }
      // The first round warms caches and memory pools up. Idle threads spin for a while: leave them time to stop.
      await sleep(100)
      if (round < 0) continue
      times.ours.push(turn.ours)
      times.probe.push(turn.probe)
      if (turn.peer !== undefined) times.peer.push(turn.peer)
    }
    const clock = threads === 1 ? 'processor' : 'wall'
    const median = (list: CallTime[]): number => middle(list.map((time) => time[clock]))
    const rate = subject.operations / median(times.ours) / 1e6
    const ceiling = probeOperations / (median(times.probe) / probe.repeats) / 1e6
    const parts = [
      `${threads} thread${threads === 1 ? '' : 's'} (${clock === 'wall' ? 'wall clock' : 'processor time'}):`,
      `${median(times.ours).toFixed(1)} ms, ${rate.toFixed(0)} GFLOP/s`,
      `= ${((100 * rate) / ceiling).toFixed(0)}% of the machine's convolution rate (${ceiling.toFixed(0)})`,
    ]
    if (peer !== undefined) {
      const ratios = times.peer.map((time, round) => time[clock] / times.ours[round][clock])
      parts.push(
        `| ${peer.versions}: ${median(times.peer).toFixed(1)} ms; ours is ${middle(ratios).toFixed(2)}× as fast`,
      )
    }
    console.log(`  ${parts.join(' ')}`)
    peer?.close()
    await ours.close()
    await probe.close()
  }
}

async function timed(call: () => Promise<unknown>): Promise<CallTime> {
  const [start, used] = [performance.now(), process.cpuUsage()]
  await call()
  const { user, system } = process.cpuUsage(used)
  return { wall: performance.now() - start, processor: (user + system) / 1000 }
}

async function openProbe(threads: number): Promise<{ repeats: number; run(): Promise<void>; close(): Promise<void> }> {
  const graph = new GraphBuilder('convolution')
  const shape = [batch, channels, side, side]
  // Small enough that the chain neither explodes nor dies out.
  const kernel = new Float32Array(channels * channels * 9).map((_, i) => Math.sin(i) / 24)
  const weights = graph.constant(kernel, [channels, channels, 3, 3])
  // In a row: inside, the data stays in the layout of the fast kernels, as in a network, and what goes in and out is a small part
  // (with two in a row and two threads it was a third).
  let x = graph.input('x', 'float32', shape)
  for (let i = 0; i < chain; i++) x = graph.node('Conv', [x, weights], { pads: [1, 1, 1, 1] })
  graph.output(x, 'y', 'float32', shape)
  const session: Session = await openSession(graph.build(), { threads })
  const data = new Float32Array(batch * channels * side * side).map((_, i) => Math.cos(i))
  return {
    repeats: chain,
    run: async () => void (await session.run({ x: { type: 'float32', data, shape } })),
    close: () => session.close(),
  }
}

function middle(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2
}
