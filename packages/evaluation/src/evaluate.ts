import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { KinemetricRecord, RunSidecar } from '@kinemetric/records'
import { recordPaths, writeRun } from '@kinemetric/records'
import { benchmarkError } from '@kinemetric/benchmark'
import type { ClipOutcome } from './journal/measurement.ts'
import type { ClipPair, ClipScorer } from './measure/measurer.ts'
import { isDiskFull, isError, type KinemetricError } from '@kinemetric/files'
import { closeScorers } from './measure/open-measurers.ts'
import type { EvaluateOptions, Evaluation } from './evaluate-options.ts'
import { fileStamp } from './clips/generated-clips.ts'
import { Journal } from './journal/journal.ts'
import { loadClip, type LoadedClip } from './clips/load-clip.ts'
import { takeLock } from '@kinemetric/files'
import { openEvaluation, type OpenEvaluation } from './open-evaluation.ts'
import { writePreviews } from './clips/write-previews.ts'
import { writeResults } from './conclude/write-results.ts'

/**
 * Scores a folder of generated clips against references and writes `<out>/<protocol>/<method>.json` (the record), `.parquet` (values per clip and
 * frame), `.hashes.jsonl` and `.run.json`.
 *
 * Clips are decoded, scored and forgotten one after the other, the next one being decoded meanwhile. Each outcome is on the disk before the next clip
 * is scored, so that a run that was killed goes on where it stopped and ends with the same bytes.
 *
 * @throws KinemetricError (see its codes), WeightsMissingError, ProviderError.
 */
export async function evaluate(options: EvaluateOptions): Promise<Evaluation> {
  const started = new Date()
  const run = await openEvaluation(options)
  const paths = recordPaths(options.out, run.references.protocol.identity.id, run.method.id)
  let unlock: (() => Promise<void>) | undefined
  let journal: Journal | undefined
  try {
    unlock = await takeLock(join(paths.folder, `.${run.method.id}.lock`))
    const journalPath = join(paths.folder, `.${run.method.id}.journal.jsonl`)
    await run.requireWritable(paths.record, journalPath)
    journal = await Journal.open(journalPath, run.inputs, options.restart === true)
    const counts = await scoreClips(run, journal, paths.folder, options)
    const { record, timings } = await writeResults(run, journal, paths, options)
    const sidecar = describeRun(run, record, { started, counts, timings })
    await writeRun(paths.run, sidecar)
    await journal.remove()
    journal = undefined
    await rm(run.workFolder, { recursive: true, force: true })
    return { record, run: sidecar, paths }
  } catch (error) {
    throw evaluationError(error, paths.folder, options.signal)
  } finally {
    await journal?.close()
    await closeScorers(run.scorers)
    await unlock?.()
  }
}

interface Counts {
  resumed: number
  scoredNow: number
  scoringMs: number
}

/** Every clip of the references, each outcome in the journal. */
async function scoreClips(
  run: OpenEvaluation,
  journal: Journal,
  folder: string,
  options: EvaluateOptions,
): Promise<Counts> {
  const { clips, protocol } = run.references
  const begun = performance.now()
  const pending: typeof clips = []
  for (const clip of clips) if (!(await isDone(run, journal, clip.id))) pending.push(clip)
  const resumed = clips.length - pending.length
  options.onProgress?.({
    kind: 'start',
    total: clips.length,
    resumed,
    metrics: run.scorers.flatMap((scorer) => scorer.keys),
  })
  const load = (index: number): Promise<LoadedClip> | undefined => {
    const clip = pending[index]
    if (clip === undefined) return undefined
    const loading = loadClip(clip, run.generated.byClip.get(clip.id), protocol, options.signal)
    // Its error is met when its turn comes; until then it is nobody's unhandled rejection.
    loading.catch(() => undefined)
    return loading
  }
  let next = load(0)
  for (const [index, clip] of pending.entries()) {
    if (options.signal?.aborted === true) throw aborted(folder)
    const loaded = await next!
    next = load(index + 1)
    const outcome =
      'failure' in loaded
        ? { clip: clip.id, stamp: loaded.stamp, failure: loaded.failure }
        : await scoreClip(loaded.stamp, loaded.pair, run, options.previews === true ? folder : undefined)
    await journal.add(outcome)
    const failure = 'failure' in loaded ? loaded.failure : undefined
    options.onProgress?.({ kind: 'clip', done: resumed + index + 1, total: clips.length, clip: clip.id, failure })
  }
  return { resumed, scoredNow: pending.length, scoringMs: performance.now() - begun }
}

/** Scored in an earlier run, its generated files have not changed since, and what the summary will need is still there. */
async function isDone(run: OpenEvaluation, journal: Journal, clip: string): Promise<boolean> {
  const outcome = journal.get(clip)
  if (outcome === undefined) return false
  const generated = run.generated.byClip.get(clip)
  const stamp = generated === undefined || 'failure' in generated ? '' : await fileStamp(generated.path).catch(() => '')
  if (outcome.stamp !== stamp) return false
  if ('failure' in outcome) return true
  const kept = [...Object.values(outcome.features), ...(outcome.motion ?? []).flatMap((object) => object.tracks ?? [])]
  for (const { generated: a, reference: b } of kept)
    if (!(await run.cache.has(a)) || !(await run.cache.has(b))) return false
  return true
}

async function scoreClip(
  stamp: string,
  pair: ClipPair,
  run: OpenEvaluation,
  previews: string | undefined,
): Promise<ClipOutcome> {
  if (previews !== undefined) await writePreviews(previews, run.method.id, pair)
  const host = run.scorers.filter((scorer) => scorer.uses === 'host')
  const network = run.scorers.filter((scorer) => scorer.uses === 'network')
  const inTurn = async (scorers: readonly ClipScorer[]) => {
    const scores = []
    for (const scorer of scorers) scores.push(await scorer.score(pair))
    return scores
  }
  const parts = (await Promise.all([Promise.all(host.map((scorer) => scorer.score(pair))), inTurn(network)])).flat()
  const [frames, height, width] = pair.referenceFrames.shape
  return {
    clip: pair.reference.id,
    stamp,
    generated: pair.generatedSha256,
    reference: pair.referenceSha256,
    size: [height, width],
    frames,
    values: Object.assign({}, ...parts.map((part) => part.values ?? {})),
    features: Object.assign({}, ...parts.map((part) => part.features ?? {})),
    motion: parts.find((part) => part.motion !== undefined)?.motion,
    failures: parts.flatMap((part) => part.failures ?? []),
    warnings: parts.flatMap((part) => part.warnings ?? []),
  }
}

function describeRun(
  run: OpenEvaluation,
  record: KinemetricRecord,
  { started, counts, timings }: { started: Date; counts: Counts; timings: Record<string, number> },
): RunSidecar {
  const finished = new Date()
  return {
    schema: 'kinemetric/run@1',
    record: `${run.method.id}.json`,
    started: started.toISOString(),
    finished: finished.toISOString(),
    wallMs: finished.getTime() - started.getTime(),
    // kilobytes on every system that Node runs on
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
    clips: {
      total: record.clips.total,
      resumed: counts.resumed,
      scoredNow: counts.scoredNow,
      failed: record.clips.failed,
    },
    cache: { enabled: run.cache.enabled, ...run.cache.counters },
    timingsMs: { scoring: Math.round(counts.scoringMs), ...timings },
    warnings: run.runWarnings,
  }
}

function evaluationError(error: unknown, folder: string, signal: AbortSignal | undefined): unknown {
  if (isError(error, 'stopped')) return error
  // Decoding was stopped in the middle of a clip.
  if (signal?.aborted === true) return aborted(folder, error)
  if (isDiskFull(error))
    return benchmarkError('disk-full', folder, 'no space left; scored clips are kept, run again when there is space', {
      cause: error,
    })
  if (isError(error, 'disk', 'write-failed'))
    return benchmarkError('write-failed', folder, error.message, { cause: error })
  return error
}

function aborted(folder: string, cause?: unknown): KinemetricError {
  return benchmarkError('aborted', folder, 'stopped; scored clips are kept and the next run goes on from there', {
    cause,
  })
}
