import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'

import type { SessionOptions } from '../../packages/networks/src/session/session.ts'
import { matrixRate } from './machine-rate.ts'

/** A step of a generator's networks at full size. */
export interface Step {
  readonly name: string
  readonly workload: string
  /** Operations of a step, two a multiply-add. */
  readonly operations: number
  open(options: SessionOptions): Promise<{ step(): Promise<unknown>; close(): Promise<void> }>
}

/**
 * Opening, memory and steps of a network, each way of opening in a process of its own: with weights reordered for the kernels and without, on one thread (processor
 * time, which does not see other programs) and on all (the clock). The machine's own rate of matrix products is taken by turns in the same run.
 * KINEMETRIC_BENCH_ROUNDS (3) and KINEMETRIC_BENCH_THREADS=1,2 change what is run. Memory on Linux only.
 */
export async function measureStep(step: Step): Promise<void> {
  const way = process.env.KINEMETRIC_BENCH_WAY
  if (way !== undefined) return measure(step, JSON.parse(way))
  console.log(`${step.name}: ${step.workload}; ${(step.operations / 1e12).toFixed(3)} TFLOP a step`)
  const all = process.env.KINEMETRIC_BENCH_THREADS?.split(',').map(Number) ?? [1, cpus().length]
  for (const threads of all)
    for (const prepack of [true, false])
      spawnSync(process.execPath, ['--expose-gc', process.argv[1]], {
        stdio: 'inherit',
        env: { ...process.env, KINEMETRIC_BENCH_WAY: JSON.stringify({ threads, prepack }) },
      })
}

interface Way {
  readonly threads: number
  readonly prepack: boolean
}

async function measure(step: Step, { threads, prepack }: Way): Promise<void> {
  const rounds = Number(process.env.KINEMETRIC_BENCH_ROUNDS ?? 3)
  const clock = threads === 1 ? 'processor' : 'wall'
  const rate = await matrixRate(threads)
  let opened: Awaited<ReturnType<Step['open']>> | undefined
  const opening = await timed(async () => (opened = await step.open({ threads, prepack })))
  const afterOpening = memory()
  const [steps, products]: [number[], number[]] = [[], []]
  for (let round = -1; round < rounds; round++) {
    const turn = [await timed(async () => opened?.step()), await timed(() => rate.run())]
    // Idle threads spin for a while.
    await sleep(100)
    if (round < 0) continue
    steps.push(turn[0][clock])
    products.push(turn[1][clock])
  }
  const [seconds, own] = [middle(steps), rate.operations / middle(products) / 1e9]
  const reached = step.operations / seconds / 1e9
  const after = memory()
  console.log(
    [
      `  ${threads} thread${threads === 1 ? '' : 's'}, ${prepack ? 'reordered' : 'in place'}:`,
      `opened in ${opening.wall.toFixed(1)} s (${opening.processor.toFixed(1)} s of processor time), a step ${seconds.toFixed(2)} s (${clock}), ${reached.toFixed(0)} GFLOP/s`,
      `= ${((100 * reached) / own).toFixed(0)}% of the machine's matrix products (${own.toFixed(0)});`,
      `peak ${after.peak.toFixed(1)} GiB (${afterOpening.peak.toFixed(1)} in opening), at rest ${after.own.toFixed(1)} GiB of its own and ${after.mapped.toFixed(1)} of the file`,
    ].join(' '),
  )
  await opened?.close()
  await rate.close()
}

async function timed(call: () => Promise<unknown>): Promise<{ wall: number; processor: number }> {
  const [start, used] = [performance.now(), process.cpuUsage()]
  await call()
  const { user, system } = process.cpuUsage(used)
  return { wall: (performance.now() - start) / 1e3, processor: (user + system) / 1e6 }
}

/** GiB of this process: at most so far, and now. */
function memory(): { peak: number; own: number; mapped: number } {
  const text = readFileSync('/proc/self/status', 'utf8')
  const of = (field: string): number => Number(new RegExp(`${field}:\\s+(\\d+)`).exec(text)?.[1] ?? 0) / 2 ** 20
  return { peak: of('VmHWM'), own: of('RssAnon'), mapped: of('RssFile') }
}

function middle(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2
}
