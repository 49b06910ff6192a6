import { availableParallelism } from 'node:os'
import { requireJobs } from '@kinemetric/benchmark'
import { runnerError } from '../generator/runner-error.ts'
import { nativeMethods } from '../methods/catalogue.ts'
import type { Method } from '../methods/find-method.ts'
import type { WantedSample } from '../execution/execution.ts'

/** A process starts in half a second of processor time: so many samples are worth it. */
const samplesAProcess = 8

const MiB = 2 ** 20

/**
 * Holds the number of processes that was asked for against what a method can have: a program gets all of its clips at once, and networks of ours have the machine's
 * threads, or its card, to themselves.
 * @throws KinemetricError `bad-option`
 */
export function requireRunJobs({ spec, native }: Method, jobs: number | undefined): void {
  if (jobs === undefined || requireJobs(jobs) === 1 || takesJobs({ spec, native })) return
  throw runnerError('bad-option', 'jobs', {
    expected: native === undefined ? `1 of ${spec.id}, a program` : `1 of ${spec.id}, which has networks`,
    found: String(jobs),
    then: 'several at once are shards: --shard i/N, a card each',
  })
}

/**
 * How many processes make samples. Unasked as many as there are cores and memory for, where there are samples enough to be worth them.
 * @param memory bytes that can be had
 */
export function runJobs(
  method: Pick<Method, 'spec' | 'native'>,
  jobs: number | undefined,
  pending: readonly WantedSample[],
  memory: number,
): number {
  if (!takesJobs(method)) return 1
  if (jobs !== undefined) return Math.max(1, Math.min(jobs, pending.length))
  const room = Math.floor((0.8 * memory) / memoryOf(pending))
  return Math.max(1, Math.min(availableParallelism(), room, Math.floor(pending.length / samplesAProcess)))
}

/** Whether a method can make samples in several processes: it is code of the catalogue, which another process finds again, and opens no network. */
export function takesJobs({ spec, native }: Pick<Method, 'spec' | 'native'>): boolean {
  return native !== undefined && nativeMethods.includes(native) && Object.keys(spec.checkpoints).length === 0
}

/** What a process holds at most: itself, and a dozen times its largest clip or so. */
function memoryOf(pending: readonly WantedSample[]): number {
  const largest = pending.reduce((most, { clip: { window, geometry } }) => {
    const [height, width] = geometry.target
    return Math.max(most, 3 * window.count * height * width)
  }, 0)
  return 200 * MiB + 14 * largest
}
