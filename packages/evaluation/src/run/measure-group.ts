import { clipError, type Protocol } from '@kinemetric/benchmark'
import { loadClip, type LoadedClip } from '../clips/load-clip.ts'
import { type ClipVideo, isPair } from '../clips/clip-pair.ts'
import { writePreviews } from '../clips/write-previews.ts'
import { writePairPreviews } from '../clips/write-probe.ts'
import type { ClipOutcome, Measurement, OutcomeKey } from '../journal/measurement.ts'
import { metricFailure } from '../measure/metric-failures.ts'
import type { Measurer, PairMeasurer } from '../measure/measurer.ts'
import { metricKey } from '../plan/metric-name.ts'
import { noReference } from '../references/reference-clips.ts'
import { readOnce } from './read-once.ts'
import type { Task } from './tasks.ts'

/** Tasks of one reference that were decoded. */
export type LoadedGroup = readonly { readonly task: Task; readonly loaded: LoadedClip }[]

/** What became of a task. */
export interface TaskOutcome {
  readonly task: Task
  readonly outcome: ClipOutcome
}

/** Decodes what a group of tasks is of, its reference once. Its error is met by whoever waits for it; until then it is nobody's unhandled rejection. */
export function loadGroup(
  tasks: readonly Task[],
  protocol: Protocol,
  signal: AbortSignal | undefined,
): Promise<LoadedGroup> {
  const loading = decoded(tasks, protocol, signal)
  loading.catch(() => undefined)
  return loading
}

async function decoded(tasks: readonly Task[], protocol: Protocol, signal: AbortSignal | undefined) {
  const reference = readOnce(tasks[0].reference)
  const group: { task: Task; loaded: LoadedClip }[] = []
  for (const task of tasks)
    group.push({
      task,
      loaded: await loadClip(reference, task.generated, protocol, signal, {
        without: task.without,
        alone: task.measurers.some((measurer) => measurer.alone === true),
        anySize: task.measurers.some((measurer) => measurer.anySize === true),
      }),
    })
  return group
}

/** Measures what was decoded. @returns in the order of the tasks @throws what is no fault of a clip */
export async function outcomesOf(group: LoadedGroup): Promise<TaskOutcome[]> {
  const videos: ClipVideo[] = []
  for (const { task, loaded } of group) {
    if ('failure' in loaded) continue
    videos.push(loaded.video)
    if (task.previews === undefined || loaded.video.misfit !== undefined) continue
    await writePreviews(task.previews, task.method.id, loaded.video)
    if (isPair(loaded.video)) await writePairPreviews(task.previews, task.method.id, loaded.video)
  }
  const measured = videos.length === 0 ? [] : await measureAll(group[0].task.measurers, videos)
  return group.map(({ task, loaded }) => {
    const { key } = task
    if ('failure' in loaded)
      return { task, outcome: { ...key, stamp: loaded.stamp, failure: ofSample(key, loaded.failure) } }
    return { task, outcome: outcomeOf(task, loaded, measured[videos.indexOf(loaded.video)]) }
  })
}

function outcomeOf(
  { key, measurers }: Task,
  { stamp, video, warnings }: Exclude<LoadedClip, { failure: unknown }>,
  parts: readonly Measurement[],
): ClipOutcome {
  const [frames, height, width] = video.generatedFrames.shape
  return {
    ...key,
    stamp,
    generated: video.generatedSha256,
    ...(isPair(video) ? { reference: video.referenceSha256 } : {}),
    size: [height, width],
    frames,
    measured: measurers.flatMap(({ names }) => names.map(metricKey)),
    values: joined(parts, (part) => part.values),
    notes: joined(parts, (part) => part.notes),
    kept: joined(parts, (part) => part.kept),
    objects: joined(parts, (part) => part.objects),
    failures: parts.flatMap((part) => part.failures ?? []).map((failure) => ofSample(key, failure)),
    ...(warnings.length === 0 ? {} : { warnings }),
  }
}

/** A failure under the name of the generated clip and of its sample. */
function ofSample<F extends { clip: string }>({ clip, sample }: OutcomeKey, failure: F): F {
  return sample === undefined ? { ...failure, clip } : { ...failure, clip, sample }
}

/**
 * Networks take turns, as each uses every thread; what runs on the processor's own threads goes on beside them.
 * @returns of each video what each measurer found
 */
async function measureAll(measurers: readonly Measurer[], videos: readonly ClipVideo[]): Promise<Measurement[][]> {
  const host = measurers.filter(({ uses }) => uses === 'host')
  const network = measurers.filter(({ uses }) => uses === 'network')
  const found = (await Promise.all([...host.map((one) => inTurn([one], videos)), inTurn(network, videos)])).flat()
  return videos.map((_, at) => found.map((parts) => parts[at]))
}

async function inTurn(measurers: readonly Measurer[], videos: readonly ClipVideo[]): Promise<Measurement[][]> {
  const found: Measurement[][] = []
  for (const measurer of measurers)
    found.push(measurer.alone === true ? await each(measurer, videos) : await ofPairs(measurer, videos))
  return found
}

/** All videos of a group are of one clip, so that either all have its reference or none. */
async function ofPairs(measurer: PairMeasurer, videos: readonly ClipVideo[]): Promise<Measurement[]> {
  const pairs = videos.filter(isPair)
  if (pairs.length < videos.length) return videos.map((video) => withoutReference(measurer, video))
  return measurer.measureTogether === undefined ? each(measurer, pairs) : measurer.measureTogether(pairs)
}

async function each<Seen extends ClipVideo>(
  measurer: { measure(seen: Seen): Promise<Measurement> },
  videos: readonly Seen[],
): Promise<Measurement[]> {
  const found: Measurement[] = []
  for (const video of videos) found.push(await measurer.measure(video))
  return found
}

/** The failure of these metrics alone: others were measured of the generated video. */
function withoutReference({ names }: PairMeasurer, { reference: { id } }: ClipVideo): Measurement {
  const failure = metricFailure(id, names, clipError('missing-reference', '', noReference))
  return { failures: [{ ...failure, reason: 'missing-reference' }] }
}

function joined<T>(
  parts: readonly Measurement[],
  of: (part: Measurement) => Record<string, T> | undefined,
): Record<string, T> {
  return Object.fromEntries(parts.flatMap((part) => Object.entries(of(part) ?? {})))
}
