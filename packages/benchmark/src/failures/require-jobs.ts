import { benchmarkError } from './benchmark-error.ts'

/** How many processes are to work. @throws KinemetricError `bad-option` for less than one, and for part of one */
export function requireJobs(jobs: number): number {
  if (Number.isSafeInteger(jobs) && jobs >= 1) return jobs
  throw benchmarkError('bad-option', 'jobs', { expected: 'a whole number from 1', found: String(jobs) })
}
