import type { Protocol } from '@kinemetric/benchmark'
import { loadClip, type LoadedClip } from '../clips/load-clip.ts'
import type { ClipPair } from '../clips/clip-pair.ts'
import { writePreviews } from '../clips/write-previews.ts'
import { writePairPreviews } from '../clips/write-probe.ts'
import type { ClipOutcome, Measurement, OutcomeKey } from '../journal/measurement.ts'
import type { Measurer } from '../measure/measurer.ts'
import { metricKey } from '../plan/metric-name.ts'
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
        anySize: task.measurers.some((measurer) => measurer.anySize === true),
      }),
    })
  return group
}

/** Measures what was decoded. @returns in the order of the tasks @throws what is no fault of a clip */
export async function outcomesOf(group: LoadedGroup): Promise<TaskOutcome[]> {
  const pairs: ClipPair[] = []
  for (const { task, loaded } of group) {
    if ('failure' in loaded) continue
    pairs.push(loaded.pair)
    if (task.previews === undefined || loaded.pair.misfit !== undefined) continue
    await writePreviews(task.previews, task.method.id, loaded.pair)
    await writePairPreviews(task.previews, task.method.id, loaded.pair)
  }
  const measured = pairs.length === 0 ? [] : await measureAll(group[0].task.measurers, pairs)
  return group.map(({ task, loaded }) => {
    const { key } = task
    if ('failure' in loaded)
      return { task, outcome: { ...key, stamp: loaded.stamp, failure: ofSample(key, loaded.failure) } }
    return { task, outcome: outcomeOf(task, loaded, measured[pairs.indexOf(loaded.pair)]) }
  })
}

function outcomeOf(
  { key, measurers }: Task,
  { stamp, pair, warnings }: Exclude<LoadedClip, { failure: unknown }>,
  parts: readonly Measurement[],
): ClipOutcome {
  const [frames, height, width] = pair.referenceFrames.shape
  return {
    ...key,
    stamp,
    generated: pair.generatedSha256,
    reference: pair.referenceSha256,
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
 * @returns of each pair what each measurer found
 */
async function measureAll(measurers: readonly Measurer[], pairs: readonly ClipPair[]): Promise<Measurement[][]> {
  const host = measurers.filter(({ uses }) => uses === 'host')
  const network = measurers.filter(({ uses }) => uses === 'network')
  const found = (await Promise.all([...host.map((each) => inTurn([each], pairs)), inTurn(network, pairs)])).flat()
  return pairs.map((_, at) => found.map((parts) => parts[at]))
}

async function inTurn(measurers: readonly Measurer[], pairs: readonly ClipPair[]): Promise<Measurement[][]> {
  const found: Measurement[][] = []
  for (const measurer of measurers) {
    if (measurer.measureTogether !== undefined) {
      found.push(await measurer.measureTogether(pairs))
      continue
    }
    const ofPairs: Measurement[] = []
    for (const pair of pairs) ofPairs.push(await measurer.measure(pair))
    found.push(ofPairs)
  }
  return found
}

function joined<T>(
  parts: readonly Measurement[],
  of: (part: Measurement) => Record<string, T> | undefined,
): Record<string, T> {
  return Object.fromEntries(parts.flatMap((part) => Object.entries(of(part) ?? {})))
}
