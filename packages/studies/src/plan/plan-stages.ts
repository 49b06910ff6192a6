import { join } from 'node:path'
import { isThere } from '@kinemetric/files'
import { openManifest, type Protocol, readManifest } from '@kinemetric/benchmark'
import { readItem, recordPaths, sampleFolder } from '@kinemetric/records'
import { frameBytes, planRun, withPairs } from '@kinemetric/runners'
import { runAsk } from '../stages/run-method.ts'
import { scoreInputs } from '../stages/score-methods.ts'
import { type StageContext, stageKey } from '../stages/stage-context.ts'
import type { MeasuredTimes } from '../study/measured-times.ts'
import type { StudyMethod, StudyProtocol } from '../study/study.ts'
import type { WantedWeights } from '../study/wanted-weights.ts'
import type { PlannedStage } from './study-plan.ts'

/** What stages are planned with. */
export interface PlanContext extends StageContext {
  readonly measured: MeasuredTimes
  readonly weights: readonly WantedWeights[]
  /** Clips of each protocol; null where that is not known yet. */
  readonly clips: ReadonlyMap<string, number | null>
  /** What keeps clips from being prepared, in words. */
  readonly noData: readonly string[]
}

/** Hours that are left of a stage, by what it took before; null where it was not measured here. */
export function hoursOf(measured: MeasuredTimes, key: string, left: number | null): number | null {
  if (left === 0) return 0
  if (left === null || !Object.hasOwn(measured, key)) return null
  const { units, seconds } = measured[key]
  return ((seconds / units) * left) / 3600
}

/** Number of clips of a protocol that are prepared; undefined before its manifest is there. */
export async function preparedClips({ places }: StageContext, protocol: string): Promise<number | undefined> {
  if (!(await isThere(places.manifest(protocol)))) return undefined
  const manifest = await openManifest(places.manifest(protocol))
  try {
    return manifest.clips.length
  } finally {
    manifest.clips.close()
  }
}

export async function plannedRun(
  context: PlanContext,
  { id, protocol }: StudyProtocol,
  row: StudyMethod,
): Promise<PlannedStage> {
  const { study, how, places, measured, weights, noData } = context
  const out = places.generated(id, row.id)
  const of = `${row.id} (${id})`
  const missing = weights.filter(({ kind, of: whose, isHere }) => kind === 'method' && whose === row.id && !isHere)
  const clips = context.clips.get(id) ?? null
  const lacks = [...noData, ...missing.map((each) => `weights ${each.id}`)]
  if (!(await isThere(places.manifest(id)))) {
    const total = clips === null ? null : clips * row.samples
    const hours = hoursOf(measured, stageKey('run', id, row.id), total)
    return {
      stage: 'run',
      of,
      state: lacks.length > 0 ? 'missing' : 'to do',
      done: 0,
      total,
      hours,
      diskBytes: frameBytesOf(protocol, total),
      lacks,
    }
  }
  const manifest = await readManifest(places.manifest(id))
  const plan = await planRun({ ...runAsk(study, row, how), manifest, out })
  const all = withPairs(manifest.clips).map((clip) => clip.id)
  const total = plan.clips * plan.samples
  const done = await madeSamples(out, all, plan.samples)
  const left = Math.max(0, total - done)
  const refused = left === 0 ? [] : [...new Set([...lacks, ...plan.refused])]
  const share = total === 0 ? 0 : left / total
  const hours =
    plan.basis?.kind === 'measured-step' && plan.hours !== null
      ? plan.hours * share
      : hoursOf(measured, stageKey('run', id, row.id), left)
  return {
    stage: 'run',
    of,
    state: left === 0 ? 'done' : refused.length > 0 ? 'missing' : done > 0 ? 'begun' : 'to do',
    done,
    total,
    hours,
    diskBytes: Math.round(plan.diskBytes * share),
    lacks: refused,
  }
}

/** Of so many samples, at most; null where their number or size is not known. */
function frameBytesOf({ identity: { geometry, window } }: Protocol, samples: number | null): number | null {
  if (samples === null || geometry === null || window.frames === 'all') return null
  const [height, width] = geometry.size
  return samples * frameBytes({ frames: window.frames, height, width })
}

/** Samples that are complete, of these clips and of their pairs. */
async function madeSamples(out: string, clips: readonly string[], samples: number): Promise<number> {
  let made = 0
  for (const clip of clips)
    for (let sample = 0; sample < samples; sample++) {
      const item = await readItem(sampleFolder(out, clip, sample))
      if (item?.status === 'ok') made++
    }
  return made
}

export async function plannedScore(context: PlanContext, protocol: StudyProtocol): Promise<PlannedStage> {
  const { study, places, state, measured, weights, noData } = context
  const { id } = protocol
  const rows = study.methods.filter(({ protocols }) => protocols.includes(id))
  const asked = { protocol, metrics: study.benchmark.metrics, out: places.results }
  let scored = 0
  for (const row of rows) {
    const isRun = await isThere(join(places.generated(id, row.id), 'run.json'))
    const isScored = isRun && (await isThere(recordPaths(places.results, id, row.id).record))
    if (isScored && state.isDone(stageKey('score', id, row.id), await scoreInputs(context, asked, row))) scored++
  }
  const clips = context.clips.get(id) ?? null
  const total = clips === null ? null : clips * rows.length
  const done = clips === null ? 0 : clips * scored
  const left = total === null ? null : total - done
  const isOptional = study.benchmark.metrics === 'all'
  const missing = isOptional
    ? []
    : weights.filter(({ kind, isHere }) => (kind === 'metric' || kind === 'tracker') && !isHere)
  const lacks = left === 0 ? [] : [...noData, ...new Set(missing.map((each) => `weights ${each.id}`))]
  return {
    stage: 'score',
    of: id,
    state: left === 0 ? 'done' : lacks.length > 0 ? 'missing' : scored > 0 ? 'begun' : 'to do',
    done,
    total,
    hours: hoursOf(measured, stageKey('score', id), left),
    diskBytes: null,
    lacks,
  }
}

/** Whether the site's folder was made of what is there now is known when it is built: here only whether it is there. */
export async function plannedReport(
  { places, study }: PlanContext,
  before: readonly PlannedStage[],
): Promise<PlannedStage> {
  const isReady = before.every(({ state }) => state === 'done')
  const isDone = isReady && (await isThere(join(places.site, 'index.html')))
  return {
    stage: 'report',
    of: study.benchmark.id,
    state: isDone ? 'done' : 'to do',
    done: isDone ? 1 : 0,
    total: 1,
    hours: isDone ? 0 : null,
    diskBytes: null,
    lacks: [],
  }
}
