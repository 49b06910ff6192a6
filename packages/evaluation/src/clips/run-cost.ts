import type { RunCost } from '@kinemetric/records'
import type { GeneratedSet } from './generated-samples.ts'

/** What making the clips took (seconds a sample, the median), of what the items and the run.json beside them say; undefined where no item says how long it took. */
export function runCost({ run, seconds }: Pick<GeneratedSet, 'run' | 'seconds'>): RunCost | undefined {
  if (seconds.length === 0) return undefined
  const sorted = Float64Array.from(seconds).sort()
  const middle = sorted.length >> 1
  const median = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  const environments = run?.environments ?? (run?.environment === undefined ? [] : [run.environment])
  const named = environments.flatMap(({ provider, cpu, cores, cards = [] }) => {
    const machine =
      cards.length > 0 ? cards.join(' + ') : cpu && `${cpu}${cores === undefined ? '' : `, ${cores} cores`}`
    const words = [provider, machine].filter((part) => part !== undefined && part !== '').join(', ')
    return words === '' ? [] : [words]
  })
  const plain = run?.devices ?? (run?.device === undefined ? [] : [run.device])
  return {
    secondsPerSample: Number(median.toFixed(4)),
    samples: sorted.length,
    devices: [...new Set(named.length > 0 ? named : plain)],
  }
}
