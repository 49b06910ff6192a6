import { type FunnelStage, planPreparation, type PreparationPlan } from '@kinemetric/benchmark'
import {
  hoursOf,
  type PlanContext,
  plannedReport,
  plannedRun,
  plannedScore,
  preparedClips,
} from './plan/plan-stages.ts'
import type { PlannedStage, StudyPlan } from './plan/study-plan.ts'
import { hasScenes } from './stages/make-data.ts'
import { type StageContext, stageKey } from './stages/stage-context.ts'
import { type MeasuredTimes, readMeasuredTimes } from './study/measured-times.ts'
import { openStudy } from './study/open-study.ts'
import type { StudyProtocol } from './study/study.ts'
import type { StudyAsk, StudyHow } from './study/study-options.ts'
import { studyPlaces } from './study/study-places.ts'
import { openState } from './study/study-state.ts'
import { wantedWeights } from './study/wanted-weights.ts'

/**
 * What a study would take: its stages and how far each is, what is missing and where it is had, disk, hours. Hours are of what was measured on this machine:
 * of earlier runs of these stages here, or of steps of the method's sampler; what was not measured is not guessed. Writes nothing but what the cache
 * remembers of a data set's files.
 * @throws KinemetricError as opening a study does; `other-study`
 */
export async function planStudy(ask: StudyAsk, how: StudyHow = {}): Promise<StudyPlan> {
  const study = await openStudy(ask)
  const places = studyPlaces(ask.out)
  const state = await openState(places.state, study.benchmark.id, study.variant?.id)
  const context: StageContext = { study, how, places, state }
  const measured = await readMeasuredTimes(places.measured)
  const weights = await wantedWeights(study)
  const absent = study.data.given.filter(({ paths, absent: gone }) => paths.length === 0 || gone.length > 0)
  const noMasks = weights.filter(({ kind, isHere }) => kind === 'masks' && !isHere)
  const noData = [...absent.map(({ word }) => `data ${word}`), ...noMasks.map(({ id }) => `weights ${id}`)]
  const stages: PlannedStage[] = []
  const clips = new Map<string, number | null>()
  const funnels: Record<string, readonly FunnelStage[]> = {}
  const { make } = study.data
  if (make !== undefined) stages.push(await plannedScenes(context, measured, make.clips))
  for (const protocol of study.protocols) {
    const { stage, plan, count } = await plannedPreparation(context, protocol, noData, measured)
    stages.push(stage)
    clips.set(protocol.id, count)
    if (plan?.funnel !== undefined) funnels[protocol.id] = plan.funnel
  }
  const planning: PlanContext = { ...context, measured, weights, clips, noData }
  for (const protocol of study.protocols)
    for (const row of study.methods)
      if (row.protocols.includes(protocol.id)) stages.push(await plannedRun(planning, protocol, row))
  for (const protocol of study.protocols) stages.push(await plannedScore(planning, protocol))
  stages.push(await plannedReport(planning, stages))
  const working = stages.filter(({ stage }) => stage !== 'report')
  const { id, title, summary } = study.benchmark
  return {
    benchmark: { id, title, summary },
    variant: study.variant?.id ?? null,
    out: ask.out,
    stages,
    data: study.data.given,
    weights,
    funnels,
    diskBytes: sumOf(working.filter(({ stage }) => stage === 'run').map(({ diskBytes }) => diskBytes)),
    hours: sumOf(working.map(({ hours }) => hours)),
    notMeasured: working.filter(({ hours }) => hours === null).map(({ stage, of }) => `${stage} ${of}`),
  }
}

function sumOf(parts: readonly (number | null)[]): number | null {
  return parts.reduce<number | null>((sum, part) => (sum === null || part === null ? null : sum + part), 0)
}

async function plannedScenes(context: StageContext, measured: MeasuredTimes, total: number): Promise<PlannedStage> {
  const isDone = await hasScenes(context)
  return {
    stage: 'make',
    of: 'scenes',
    state: isDone ? 'done' : 'to do',
    done: isDone ? total : 0,
    total,
    hours: hoursOf(measured, stageKey('make'), isDone ? 0 : total),
    diskBytes: null,
    lacks: [],
  }
}

interface PlannedPreparation {
  readonly stage: PlannedStage
  readonly plan: PreparationPlan | undefined
  readonly count: number | null
}

/** Clips that are prepared, or how many there would be: the data set is read for it, and nothing is cut. */
async function plannedPreparation(
  context: StageContext,
  { id, prepared }: StudyProtocol,
  noData: readonly string[],
  measured: MeasuredTimes,
): Promise<PlannedPreparation> {
  const { study, how, places } = context
  const there = await preparedClips(context, id)
  const isMissing = study.data.given.some(({ paths }) => paths.length === 0)
  const plan =
    there !== undefined || isMissing || study.data.make !== undefined
      ? undefined
      : await planPreparation({
          adapter: study.data.adapter,
          dataset: study.data.folder,
          options: study.data.options,
          protocol: prepared,
          cache: places.cache,
          signal: how.signal,
        })
  const count = there ?? plan?.clips ?? study.data.make?.clips ?? null
  const left = there === undefined ? count : 0
  return {
    plan,
    count,
    stage: {
      stage: 'prepare',
      of: id,
      state: there !== undefined ? 'done' : noData.length > 0 ? 'missing' : 'to do',
      done: there ?? 0,
      total: count,
      hours: hoursOf(measured, stageKey('prepare', id), left),
      diskBytes: null,
      lacks: there === undefined ? noData : [],
    },
  }
}
