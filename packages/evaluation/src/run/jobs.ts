import { availableParallelism, freemem } from 'node:os'
import { requireJobs } from '@kinemetric/benchmark'
import { isTracked } from '@kinemetric/metrics'
import type { Measurer } from '../measure/measurer.ts'
import type { PlannedNeed } from '../plan/metric-plan.ts'

const MiB = 2 ** 20

/** What is asked for: processes, threads of each network, and where networks run. */
export interface JobsAsked {
  jobs?: number | undefined
  threads?: number | undefined
  provider?: string | undefined
}

/** What a process costs. */
export interface ProcessCost {
  /** What it holds at most: peaks of bench/README.md, clips of 256×384 included. */
  readonly bytes: number
  /** So many clips are worth it: it starts in half a second of processor time, and opens its networks. */
  readonly clips: number
}

/** Of one that runs a network for features. */
export const featuresCost: ProcessCost = { bytes: 1000 * MiB, clips: 4 }

const [hostBytes, networkBytes, trackerBytes] = [600 * MiB, 800 * MiB, 1500 * MiB]

/** Of one that measures, by what it has opened. */
export function costOf(measurers: readonly Measurer[]): ProcessCost {
  const keys = measurers.map(({ use }) => `${use.key} ${use.network ?? ''}`)
  const hasNetworks = measurers.some(({ uses }) => uses === 'network')
  const clips = hasNetworks ? featuresCost.clips : 64
  if (keys.some((key) => key.includes('cotracker3'))) return { bytes: trackerBytes, clips }
  if (keys.some((key) => /^(video-)?features\//.test(key))) return featuresCost
  return { bytes: hasNetworks ? networkBytes : hostBytes, clips }
}

/** The same before anything is opened: a tracker may be the larger one. */
export function costOfNeeds(needs: readonly Pick<PlannedNeed, 'need'>[]): ProcessCost {
  const kinds = new Set(needs.map(({ need }) => need.kind))
  if (needs.some(({ need }) => isTracked(need))) return { bytes: trackerBytes, clips: featuresCost.clips }
  if (kinds.has('features') || kinds.has('video-features')) return featuresCost
  return kinds.has('distance') ? { bytes: networkBytes, clips: featuresCost.clips } : { bytes: hostBytes, clips: 64 }
}

/**
 * How many processes measure. Unasked as many as there are cores and memory for, where there are clips enough to be worth them; one where networks run on a card.
 * @param pending clips that are not measured yet
 * @throws KinemetricError `bad-option`
 */
export function jobsFor({ jobs, provider = 'cpu', threads }: JobsAsked, cost: ProcessCost, pending: number): number {
  if (jobs !== undefined) return Math.min(requireJobs(jobs), Math.max(1, pending))
  if (provider !== 'cpu') return 1
  const cores = Math.floor(availableParallelism() / (threads ?? 1))
  const memory = Math.floor((0.8 * (process.availableMemory?.() ?? freemem())) / cost.bytes)
  return Math.max(1, Math.min(cores, memory, Math.floor(pending / cost.clips)))
}

/** Threads of a network in each process: bytes do not depend on the number of processes, and one thread in each uses cores best. */
export function threadsFor({ jobs, threads }: JobsAsked): number | undefined {
  return threads ?? (jobs === undefined ? undefined : 1)
}
