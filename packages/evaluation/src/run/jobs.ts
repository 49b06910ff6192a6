import { availableParallelism, freemem } from 'node:os'
import { requireJobs } from '@kinemetric/benchmark'
import type { Measurer } from '../measure/measurer.ts'

/** A process starts in half a second of processor time and opens its networks: so many clips are worth it, with networks and without. */
const clipsAProcess = { network: 4, host: 64 }

const MiB = 2 ** 20

/** What is asked for: processes, threads of each network, and where networks run. */
export interface JobsAsked {
  jobs?: number | undefined
  threads?: number | undefined
  provider?: string | undefined
}

/** What a process holds at most, by what it has opened: peaks of bench/README.md, clips of 256×384 included. */
function memoryOf(measurers: readonly Measurer[]): number {
  const keys = measurers.map(({ use }) => `${use.key} ${use.network ?? ''}`)
  if (keys.some((key) => key.includes('cotracker3'))) return 1400 * MiB
  if (keys.some((key) => key.startsWith('features/'))) return 900 * MiB
  return (measurers.some(({ uses }) => uses === 'network') ? 700 : 350) * MiB
}

/**
 * How many processes measure. Unasked as many as there are cores and memory for, where there are clips enough to be worth them; one where networks run on a card.
 * @param pending clips that are not measured yet
 * @throws KinemetricError `bad-option`
 */
export function jobsFor(
  { jobs, provider = 'cpu', threads }: JobsAsked,
  measurers: readonly Measurer[],
  pending: number,
): number {
  if (jobs !== undefined) return Math.min(requireJobs(jobs), Math.max(1, pending))
  if (provider !== 'cpu') return 1
  const cores = Math.floor(availableParallelism() / (threads ?? 1))
  const memory = Math.floor((0.8 * (process.availableMemory?.() ?? freemem())) / memoryOf(measurers))
  const worth = clipsAProcess[measurers.some(({ uses }) => uses === 'network') ? 'network' : 'host']
  return Math.max(1, Math.min(cores, memory, Math.floor(pending / worth)))
}

/** Threads of a network in each process: bytes do not depend on the number of processes, and one thread in each uses cores best. */
export function threadsFor({ jobs, threads }: JobsAsked): number | undefined {
  return threads ?? (jobs === undefined ? undefined : 1)
}
