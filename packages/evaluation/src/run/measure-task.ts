import { loadClip, type LoadedClip } from '../clips/load-clip.ts'
import type { ClipPair } from '../clips/clip-pair.ts'
import { writePreviews } from '../clips/write-previews.ts'
import { writePairPreviews } from '../clips/write-probe.ts'
import type { ClipOutcome, Measurement, OutcomeKey } from '../journal/measurement.ts'
import type { Measurer } from '../measure/measurer.ts'
import { metricKey } from '../plan/metric-name.ts'
import type { Protocol } from '@kinemetric/benchmark'
import type { Task } from './tasks.ts'

/** Decodes what a task is of. Its error is met by whoever waits for it; until then it is nobody's unhandled rejection. */
export function loadTask(task: Task, protocol: Protocol, signal: AbortSignal | undefined): Promise<LoadedClip> {
  const loading = loadClip(task.reference, task.generated, protocol, signal, task.without)
  loading.catch(() => undefined)
  return loading
}

/** Measures what was decoded. @throws what is no fault of the clip */
export async function outcomeOf(loaded: LoadedClip, { key, measurers, previews }: Task): Promise<ClipOutcome> {
  const { stamp } = loaded
  if ('failure' in loaded) return { ...key, stamp, failure: ofSample(key, loaded.failure) }
  const { pair, warnings } = loaded
  if (previews !== undefined) {
    await writePreviews(previews.folder, previews.method, pair)
    await writePairPreviews(previews.folder, previews.method, pair)
  }
  const parts = await measureAll(measurers, pair)
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

/** Networks take turns, as each uses every thread; what runs on the processor's own threads goes on beside them. */
async function measureAll(measurers: readonly Measurer[], pair: ClipPair): Promise<Measurement[]> {
  const host = measurers.filter(({ uses }) => uses === 'host')
  const network = measurers.filter(({ uses }) => uses === 'network')
  const inTurn = async () => {
    const found: Measurement[] = []
    for (const measurer of network) found.push(await measurer.measure(pair))
    return found
  }
  return (await Promise.all([Promise.all(host.map((measurer) => measurer.measure(pair))), inTurn()])).flat()
}

function joined<T>(
  parts: readonly Measurement[],
  of: (part: Measurement) => Record<string, T> | undefined,
): Record<string, T> {
  return Object.fromEntries(parts.flatMap((part) => Object.entries(of(part) ?? {})))
}
