import { mkdir } from 'node:fs/promises'
import { writeError } from '@kinemetric/files'
import { type Comparisons, type KinemetricRecord, readRecords, type Verdicts } from '@kinemetric/records'
import type { BuiltSite } from '@kinemetric/report'
import { holdClaims } from './claims/hold-claims.ts'
import { buildReport, compareMethods } from './stages/build-report.ts'
import { makeData } from './stages/make-data.ts'
import { prepareClips } from './stages/prepare-clips.ts'
import { runMethod } from './stages/run-method.ts'
import { scoreMethods } from './stages/score-methods.ts'
import type { StageContext } from './stages/stage-context.ts'
import { openStudy } from './study/open-study.ts'
import { requireInputs } from './study/require-inputs.ts'
import type { StudyAsk, StudyHow } from './study/study-options.ts'
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

/**
 * Runs every stage of a benchmark: scenes where it makes its own, clips, methods, scores, comparisons, table and site, all below `out`. A study that was cut off
 * goes on where it stopped and ends with the same records, table and site.
 * @throws KinemetricError `data` and `weights` for what is missing, with how it is had; `other-study`; what its stages throw
 */
export async function runStudy(ask: StudyAsk, how: StudyHow = {}): Promise<StudyResult> {
  const asked = await openStudy(ask)
  const study = await requireInputs(asked, how.partial ?? false, (message) =>
    how.onProgress?.({ kind: 'warning', message }),
  )
  const places = studyPlaces(ask.out)
  await mkdir(ask.out, { recursive: true }).catch((cause: unknown) => {
    throw writeError(ask.out, cause)
  })
  const state = await openState(places.state, study.benchmark.id, study.variant?.id)
  const context: StageContext = { study, how, places, state }
  const failures: { clip: string; message: string }[] = []
  await makeData(context)
  for (const protocol of study.protocols) failures.push(...(await prepareClips(context, protocol)))
  for (const { id } of study.protocols)
    for (const row of study.methods)
      if (row.protocols.includes(id)) failures.push(...(await runMethod(context, id, row)))
  for (const protocol of study.protocols) {
    const rows = study.methods.filter(({ protocols }) => protocols.includes(protocol.id))
    await scoreMethods(context, { protocol, metrics: study.benchmark.metrics, out: places.results }, rows)
  }
  const comparisons = await compareMethods(context)
  // Against what was asked: a metric that is left out was not measured.
  const verdicts = await holdClaims(asked, places.results)
  const site = await buildReport(context, comparisons, verdicts)
  const records = (await readRecords(places.results)).records.map(({ record }) => record)
  for (const record of records) failures.push(...record.failures)
  return { records, comparisons, verdicts, site, results: places.results, table: places.table, failures }
}
