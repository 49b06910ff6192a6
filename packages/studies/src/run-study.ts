import { join } from 'node:path'
import { withLock, writeError, makeFolder } from '@kinemetric/files'
import { type Comparisons, type KinemetricRecord, readRecords, type Verdicts } from '@kinemetric/records'
import type { BuiltSite } from '@kinemetric/report'
import { holdClaims } from './claims/hold-claims.ts'
import { buildReport, compareMethods } from './stages/build-report.ts'
import { doStages, type Waiting } from './sharded/sharded-stage.ts'
import { shardedPreparation, shardedRun, shardedScore } from './sharded/sharded-stages.ts'
import { makeData } from './stages/make-data.ts'
import { prepareClips } from './stages/prepare-clips.ts'
import { runMethod } from './stages/run-method.ts'
import { scoreMethods } from './stages/score-methods.ts'
import type { StageContext } from './stages/stage-context.ts'
import { openStudy } from './study/open-study.ts'
import { requireInputs } from './study/require-inputs.ts'
import type { StudyAsk, StudyHow } from './study/study-options.ts'
import type { Study, StudyMethod } from './study/study.ts'
import { studyPlaces } from './study/study-places.ts'
import { openState } from './study/study-state.ts'

/** What a study ends with. */
export interface StudyResult {
  readonly records: readonly KinemetricRecord[]
  readonly comparisons: readonly Comparisons[]
  /** What became of the claims, a protocol each. */
  readonly verdicts: readonly Verdicts[]
  readonly site: BuiltSite
  readonly results: string
  readonly table: string
  /** Clips that could not be done, of all stages. */
  readonly failures: readonly { readonly clip: string; readonly message: string }[]
}

/** A part of a study that has gone as far as it can before others are there. */
export interface StudyPart {
  readonly waiting: readonly Waiting[]
}

/**
 * Runs every stage of a benchmark: scenes where it makes its own, clips, methods, scores, comparisons, table and site, all below `out`. A study that was cut off
 * goes on where it stopped and ends with the same records, table and site.
 * @returns of a shard what it waits for, as long as others have not done their part of a stage: the same call goes on from there; whoever is last ends with all
 * @throws KinemetricError `data` and `weights` for what is missing, with how it is had; `other-study`; what its stages throw
 */
export async function runStudy(ask: StudyAsk, how: StudyHow = {}): Promise<StudyResult | StudyPart> {
  const asked = await openStudy(ask)
  const study = await requireInputs(asked, how.partial ?? false, (message) =>
    how.onProgress?.({ kind: 'warning', message }),
  )
  const places = studyPlaces(ask.out)
  await makeFolder(ask.out).catch((cause: unknown) => {
    throw writeError(ask.out, cause)
  })
  const state = await openState(places.state, study.benchmark.id, study.variant?.id)
  const context: StageContext = { study, how, places, state }
  const failures: Failures = []
  const waiting = how.shard === undefined ? await runWhole(context, failures) : await runShard(context)
  if (waiting.length > 0) return { waiting }
  return conclude(context, asked, failures)
}

type Failures = { readonly clip: string; readonly message: string }[]

async function runWhole(context: StageContext, failures: Failures): Promise<Waiting[]> {
  const { study, places } = context
  await makeData(context)
  for (const protocol of study.protocols) failures.push(...(await prepareClips(context, protocol)))
  for (const { id } of study.protocols)
    for (const row of rowsOf(study, id)) failures.push(...(await runMethod(context, id, row)))
  for (const protocol of study.protocols) {
    const { metrics } = study.benchmark
    await scoreMethods(context, { protocol, metrics, out: places.results }, rowsOf(study, protocol.id))
  }
  return []
}

async function runShard(context: StageContext): Promise<Waiting[]> {
  const { study } = context
  const { protocols } = study
  // The scenes of one seed are the same bytes, whoever makes them; two at once would remove one another's.
  await withLock(join(study.ask.out, '.make.lock'), () => makeData(context), { take: context.how.takeLock })
  const phases = [
    () => protocols.map((protocol) => shardedPreparation(context, protocol)),
    () => protocols.flatMap((protocol) => rowsOf(study, protocol.id).map((row) => shardedRun(context, protocol, row))),
    () => protocols.map((protocol) => shardedScore(context, protocol, rowsOf(study, protocol.id))),
  ]
  for (const stages of phases) {
    const waiting = await doStages(context, stages())
    if (waiting.length > 0) return waiting
  }
  return []
}

function rowsOf({ methods }: Study, protocol: string): readonly StudyMethod[] {
  return methods.filter(({ protocols }) => protocols.includes(protocol))
}

/** What follows when all is scored. @param asked the study before anything was left out of it: a metric that is left out was not measured */
async function conclude(context: StageContext, asked: Study, failures: Failures): Promise<StudyResult> {
  const { places } = context
  const comparisons = await compareMethods(context)
  const verdicts = await holdClaims(asked, places.results)
  const site = await buildReport(context, comparisons, verdicts)
  const records = (await readRecords(places.results)).records.map(({ record }) => record)
  for (const record of records) failures.push(...record.failures)
  return { records, comparisons, verdicts, site, results: places.results, table: places.table, failures }
}
