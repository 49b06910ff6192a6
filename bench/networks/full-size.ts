import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'

import type { SessionOptions } from '../../packages/networks/src/session/session.ts'
import { measured } from './measured.ts'
import type { CallTime } from './peer.ts'
import { machineRates } from './rates.ts'

/** A step of a generator's networks at full size. */
export interface Step {
  readonly name: string
  readonly workload: string
  /** Operations of a step, two a multiply-add. */
  readonly operations: number
  open(options: SessionOptions): Promise<{ step(): Promise<unknown>; close(): Promise<void> }>
}

/**
 * Opening, memory and steps of a network, each way of opening in a process of its own, with and without prepacking. Rates are of processor time, which does not
 * see other programs; the machine's own are taken by turns in the same run.
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
  let opened: Awaited<ReturnType<Step['open']>> | undefined
  const opening = await measured(async () => (opened = await step.open({ threads, prepack })))
  const afterOpening = memory()
  const steps: CallTime[] = []
  const rates: Awaited<ReturnType<typeof machineRates>>[] = []
  for (let round = 0; round < rounds; round++) {
    steps.push(await measured(async () => opened?.step()))
    // Idle threads spin for a while.
    await sleep(100)
    rates.push(await machineRates(threads))
    await sleep(100)
  }
  const after = memory()
  const processor = middle(steps.map((time) => time.processor)) / 1e3
  const reached = step.operations / processor / 1e9
  const share = (kind: 'product' | 'convolution'): string => {
    const own = middle(rates.map((rate) => rate[kind]))
    return `${((100 * reached) / own).toFixed(0)}% of its ${kind} rate (${own.toFixed(0)})`
  }
  console.log(
    [
      `  ${threads} thread${threads === 1 ? '' : 's'}, ${prepack ? 'prepacked' : 'not prepacked'}:`,
      `opened and run once in ${(opening.wall / 1e3).toFixed(1)} s (${(opening.processor / 1e3).toFixed(1)} s of processor time);`,
      `a step ${processor.toFixed(2)} s of processor time (${(middle(steps.map((time) => time.wall)) / 1e3).toFixed(2)} s by the clock), ${reached.toFixed(0)} GFLOP/s,`,
      `of the machine's own ${share('product')} and ${share('convolution')};`,
      `peak ${after.peak.toFixed(1)} GiB (${afterOpening.peak.toFixed(1)} until the first step ended), at rest ${after.own.toFixed(1)} GiB of its own and ${after.mapped.toFixed(1)} of the file`,
    ].join(' '),
  )
  await opened?.close()
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
