import { visibleText } from '../board/presentable.ts'

/** A run that is measuring into the results folder, or was; `GoingRuns` of `@kinemetric/evaluation` tells of them. */
export interface GoingRun {
  protocol: string
  method: string
  name: string
  measured: number
  failed: number
  /** null as long as nobody knows. */
  total: number | null
  /** Whether each measurement is one of a clip of its own. */
  areClips: boolean
  isAtWork: boolean
  shards?: { count: number; begun: number } | undefined
}

/** What is said of runs, a sentence each: how many clips were measured, never what was measured. */
export function runTexts(runs: readonly GoingRun[]): string[] {
  const several = new Set(runs.map(({ protocol }) => protocol)).size > 1
  return runs.map((run) => visibleText(`${run.name}${several ? ` (${run.protocol})` : ''}: ${stateOf(run)}`))
}

function stateOf(run: GoingRun): string {
  const { measured, failed, total, areClips, isAtWork, shards } = run
  const what = areClips ? (total === 1 ? 'clip' : 'clips') : 'samples and pairs'
  const count = total === null ? `${grouped(measured)} ${what}` : `${grouped(measured)} of ${grouped(total)} ${what}`
  const failures = failed === 0 ? '' : `, ${grouped(failed)} of them failed`
  const parts =
    shards === undefined || shards.begun >= shards.count ? '' : `, ${shards.begun} of ${shards.count} shards begun`
  return `${count} measured${failures}${parts}${whatNext(run.measured === total, isAtWork, shards !== undefined)}`
}

function whatNext(isMeasured: boolean, isAtWork: boolean, inShards: boolean): string {
  if (isAtWork) return isMeasured && !inShards ? '; its scores are being made' : ''
  if (isMeasured && inShards) return '; kinemetric merge makes its scores'
  return '; stopped, the same command goes on'
}

function grouped(number: number): string {
  return number.toLocaleString('en')
}
