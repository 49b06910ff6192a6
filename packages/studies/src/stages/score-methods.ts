import { join } from 'node:path'
import { type EvaluateHow, evaluateMethods, type Evaluation } from '@kinemetric/evaluation'
import { hashBytes, hashFile, isThere, readRawJson } from '@kinemetric/files'
import { recordPaths } from '@kinemetric/records'
import type { Study, StudyMethod, StudyProtocol } from '../study/study.ts'
import { begin, clipTeller, type StageContext, stageKey, warner } from './stage-context.ts'

/** What is scored of a protocol, and where. */
export interface ScoreAsk {
  readonly protocol: StudyProtocol
  /** `metric:recipe`, or `all`. */
  readonly metrics: 'all' | readonly string[]
  /** Results folder. */
  readonly out: string
  /** Name of the variant that it is scored as; undefined: the study itself. */
  readonly as?: string | undefined
}

/** How a study's clips are measured. */
export function scoreAsk(
  { ask, benchmark, tracker, sample }: Study,
  { protocol, metrics, out }: ScoreAsk,
): Omit<EvaluateHow, 'reference'> {
  const { cache = join(ask.out, 'cache') } = ask
  return {
    out,
    protocol: protocol.protocol,
    metrics,
    tracker,
    sample,
    unrelated: benchmark.unrelated,
    provider: ask.provider,
    threads: ask.threads,
    weightFolders: ask.weightFolders,
    unverifiedCheckpoints: ask.networkCheckpoints,
    cache,
    previews: benchmark.data.previews,
  }
}

/**
 * Scores the methods of a protocol in one pass, those of which the record is there and of these very clips excepted.
 * @returns the records that were made
 */
export async function scoreMethods(
  context: StageContext,
  asked: ScoreAsk,
  methods: readonly StudyMethod[],
): Promise<Evaluation[]> {
  const { study, how, places, state } = context
  const { id } = asked.protocol
  const of = asked.as === undefined ? [] : [asked.as]
  const shown = [id, ...of].join(', as ')
  const pending: { row: StudyMethod; key: string; inputs: string }[] = []
  for (const row of methods) {
    const key = stageKey('score', id, row.id, ...of)
    const inputs = await scoreInputs(context, asked, row)
    if (!state.isDone(key, inputs) || !(await isThere(recordPaths(asked.out, id, row.id).record)))
      pending.push({ row, key, inputs })
  }
  begin(context, 'score', shown, pending.length === 0)
  if (pending.length === 0) return []
  const clips = clipTeller(context, stageKey('score', id, ...of), 'score', shown)
  let failed = 0
  const warn = warner(context)
  const evaluations = await evaluateMethods({
    ...scoreAsk(study, asked),
    reference: { manifest: places.manifest(id) },
    methods: pending.map(({ row }) => ({
      generated: places.generated(id, row.id),
      method: { id: row.id, name: row.name },
    })),
    jobs: how.jobs,
    // What lies there is of other inputs, or its run was cut off before it was noted.
    overwrite: true,
    restart: true,
    takeLock: how.takeLock,
    signal: how.signal,
    onProgress: (event) => {
      if (event.kind === 'start') clips.tell({ done: event.resumed, total: event.total, clip: '', failed })
      else if (event.kind === 'warning') warn(event.message)
      else if (event.kind === 'clip') {
        if (event.failure !== undefined) failed++
        clips.tell({ ...event, failed })
      }
    },
  })
  await clips.note()
  for (const { key, inputs } of pending) await state.note(key, inputs)
  return evaluations
}

/** Digest of what a record is made of: the clips, how they were generated, what is measured of them. */
export async function scoreInputs(
  { study, places }: StageContext,
  { protocol, metrics }: ScoreAsk,
  { id, name }: StudyMethod,
): Promise<string> {
  const { method, config, weights, noise, counts, pairs, samples }: Record<string, unknown> = Object(
    await readRawJson(join(places.generated(protocol.id, id), 'run.json')),
  )
  const { tracker, sample, benchmark, ask } = study
  const run = { method, config, weights, noise, counts, pairs, samples }
  const how = {
    metrics,
    tracker,
    sample,
    unrelated: benchmark.unrelated,
    provider: ask.provider,
    name,
    own: ask.networkCheckpoints,
  }
  const manifest = await hashFile(places.manifest(protocol.id))
  return hashBytes(JSON.stringify({ manifest, protocol: protocol.protocol, run, how }))
}
