import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Manifest, readManifest } from '@kinemetric/benchmark'
import { evaluateMethods } from '@kinemetric/evaluation'
import { runMethod, withPairs } from '@kinemetric/runners'
import { preparedClips } from './plan/plan-stages.ts'
import { makeData } from './stages/make-data.ts'
import { prepareClips } from './stages/prepare-clips.ts'
import { runAsk } from './stages/run-method.ts'
import { scoreAsk } from './stages/score-methods.ts'
import { begin, type StageContext, stageKey } from './stages/stage-context.ts'
import { noteMeasuredTime } from './study/measured-times.ts'
import { openStudy } from './study/open-study.ts'
import { requireInputs } from './study/require-inputs.ts'
import type { StudyMethod, StudyProtocol } from './study/study.ts'
import type { StudyAsk, StudyHow } from './study/study-options.ts'
import { studyPlaces } from './study/study-places.ts'
import { openState } from './study/study-state.ts'

/** Steps of a sampler that are enough to know how long one takes: the first, in which graphs are opened, does not count. */
const fewSteps = 3

/**
 * Times one clip of each stage that can be done with what is here, for plans: scenes and clips are made and prepared where they are not there yet, and kept; what is
 * generated and scored of the one clip is removed again. Of a method with a sampler a few steps are timed.
 * @throws KinemetricError `data`; what its stages throw
 */
export async function measureStudy(ask: StudyAsk, how: StudyHow = {}): Promise<void> {
  const tell = (message: string) => how.onProgress?.({ kind: 'warning', message })
  const study = await requireInputs(await openStudy(ask), true, tell)
  const places = studyPlaces(ask.out)
  const state = await openState(places.state, study.benchmark.id, study.variant?.id)
  const context: StageContext = { study, how, places, state }
  await makeData(context)
  const work = join(ask.out, 'measuring')
  try {
    for (const protocol of study.protocols) {
      if ((await preparedClips(context, protocol.id)) === undefined) await prepareClips(context, protocol)
      const manifest = await readManifest(places.manifest(protocol.id))
      const one = { ...manifest, clips: manifest.clips.slice(0, 1) }
      const rows = study.methods.filter(({ protocols }) => protocols.includes(protocol.id))
      for (const row of rows) await measureRun(context, { protocol, row, one, out: join(work, protocol.id, row.id) })
      await measureScore(context, { protocol, rows, one, work })
    }
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

async function measureRun(
  context: StageContext,
  { protocol, row, one, out }: { protocol: StudyProtocol; row: StudyMethod; one: Manifest; out: string },
): Promise<void> {
  const { study, how, places } = context
  const hasSteps = Object.keys(row.method.spec.checkpoints).length > 0 && 'steps' in row.method.spec.settings
  const asked = runAsk(study, { ...row, samples: 1 }, { ...how, jobs: 1 })
  begin(context, 'run', `one clip of ${row.id} (${protocol.id})`, false)
  const begun = performance.now()
  const few = hasSteps ? { config: { ...asked.config, steps: fewSteps } } : {}
  await runMethod({ ...asked, ...few, manifest: one, out, signal: how.signal })
  // Of a sampler its steps are kept by the run itself: a clip of fewer steps says nothing of one of all.
  const seconds = (performance.now() - begun) / 1000
  if (!hasSteps)
    await noteMeasuredTime(places.measured, stageKey('run', protocol.id, row.id), withPairs(one.clips).length, seconds)
}

async function measureScore(
  context: StageContext,
  { protocol, rows, one, work }: { protocol: StudyProtocol; rows: readonly StudyMethod[]; one: Manifest; work: string },
): Promise<void> {
  const { study, how, places } = context
  const { id } = protocol
  begin(context, 'score', `one clip under ${id}`, false)
  const begun = performance.now()
  await evaluateMethods({
    ...scoreAsk(study, { protocol, metrics: study.benchmark.metrics, out: join(work, 'results') }),
    reference: { manifest: places.manifest(id) },
    clips: one.clips.map((clip) => clip.id),
    methods: rows.map((row) => ({ generated: join(work, id, row.id), method: { id: row.id } })),
    previews: false,
    jobs: 1,
    signal: how.signal,
  })
  const seconds = (performance.now() - begun) / 1000
  await noteMeasuredTime(places.measured, stageKey('score', id), rows.length * one.clips.length, seconds)
}
