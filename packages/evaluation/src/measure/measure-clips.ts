import { benchmarkError } from '@kinemetric/benchmark'
import type { KinemetricError } from '@kinemetric/files'
import { unrelatedPartners } from '@kinemetric/metrics'
import type { ClipFailure } from '@kinemetric/records'
import type { ClipPair } from '../clips/clip-pair.ts'
import type { GeneratedSample, GeneratedSet } from '../clips/generated-samples.ts'
import { clipStamp, type GeneratedWithout, loadClip, type LoadedClip } from '../clips/load-clip.ts'
import type { ReferenceClip, ReferenceSet } from '../clips/reference-clips.ts'
import { hasPreviews, writePreviews } from '../clips/write-previews.ts'
import { writePairPreviews } from '../clips/write-probe.ts'
import type { Journal } from '../journal/journal.ts'
import type { ClipMeasurements, ClipOutcome, Measurement, OutcomeKey } from '../journal/measurement.ts'
import { metricKey } from '../plan/metric-name.ts'
import { firstOf } from '../plan/unrelated-pairings.ts'
import type { FeatureCache } from '../store/feature-cache.ts'
import type { Measurer } from './measurer.ts'

/** What is measured, and how. */
export interface Measuring {
  references: ReferenceSet
  generated: GeneratedSet
  measurers: readonly Measurer[]
  store: FeatureCache
  /** Results folder of the protocol, for what is told in errors. */
  folder: string
  /** Where small videos go while the clips are decoded; undefined writes none. */
  previews?: { folder: string; method: string } | undefined
  /** Against how many other clips' references each clip is measured besides, to know what unrelated videos get. Default 0. */
  unrelated?: number | undefined
  signal?: AbortSignal | undefined
  onStart?: ((event: { total: number; resumed: number }) => void) | undefined
  onClip?:
    | ((event: { done: number; total: number; clip: string; failure?: ClipFailure | undefined }) => void)
    | undefined
}

export interface MeasuringCounts {
  resumed: number
  scoredNow: number
  scoringMs: number
}

/** One line of the journal that is wanted: a generated sample and the reference that it is held against. */
interface Task {
  key: OutcomeKey
  reference: ReferenceClip
  generated: GeneratedSample | undefined
  measurers: readonly Measurer[]
  /** Of a clip with pairs, what was generated of them for this sample. */
  without: readonly GeneratedWithout[]
  /** Only of a clip's first sample against its own reference. */
  previews: Measuring['previews']
}

/**
 * Every sample of every clip of the references, each outcome in the journal before the next one is measured. They are decoded, measured and forgotten one
 * after the other, the next one being decoded meanwhile.
 * @throws KinemetricError `aborted`; what the journal throws; what is no fault of a clip
 */
export async function measureClips(measuring: Measuring, journal: Journal): Promise<MeasuringCounts> {
  const { protocol } = measuring.references
  const begun = performance.now()
  const tasks = [...ownTasks(measuring), ...unrelatedTasks(measuring)]
  const pending: Task[] = []
  for (const task of tasks) if (!(await isDone(measuring, journal, task))) pending.push(task)
  const resumed = tasks.length - pending.length
  measuring.onStart?.({ total: tasks.length, resumed })
  const load = (index: number): Promise<LoadedClip> | undefined => {
    const task = pending[index]
    if (task === undefined) return undefined
    const loading = loadClip(task.reference, task.generated, protocol, measuring.signal, task.without)
    // Its error is met when its turn comes; until then it is nobody's unhandled rejection.
    loading.catch(() => undefined)
    return loading
  }
  let next = load(0)
  for (const [index, task] of pending.entries()) {
    if (measuring.signal?.aborted === true) throw aborted(measuring.folder)
    const loaded = await next
    next = load(index + 1)
    if (loaded === undefined) continue
    await journal.add(await outcomeOf(loaded, task))
    const failure = 'failure' in loaded ? loaded.failure : undefined
    measuring.onClip?.({ done: resumed + index + 1, total: tasks.length, clip: task.key.clip, failure })
  }
  return { resumed, scoredNow: pending.length, scoringMs: performance.now() - begun }
}

/** Every sample against its own reference. */
function ownTasks({ references, generated, measurers, previews }: Measuring): Task[] {
  return references.clips.flatMap((reference) =>
    samplesOf(generated, reference.id).map((sample, index) => ({
      key: { clip: reference.id, ...(sample?.sample === undefined ? {} : { sample: sample.sample }) },
      reference,
      generated: sample,
      measurers,
      without: withoutDrivers(generated, reference, sample),
      previews: index === 0 ? previews : undefined,
    })),
  )
}

/** The samples of a clip; one that is missing where there is none. */
export function samplesOf({ byClip }: GeneratedSet, clip: string): (GeneratedSample | undefined)[] {
  return byClip.get(clip) ?? [undefined]
}

/** A clip's pairs in the sample of the same number, which has the same noise. */
function withoutDrivers(
  generated: GeneratedSet,
  { probe }: ReferenceClip,
  sample: GeneratedSample | undefined,
): GeneratedWithout[] {
  return (probe?.pairs ?? []).map(({ driver, id }) => ({
    driver,
    generated: generated.byClip.get(id)?.find((each) => numberOf(each) === numberOf(sample)),
  }))
}

/** A clip's only sample is its first. */
function numberOf(sample: GeneratedSample | undefined): string {
  return sample?.sample ?? '0'
}

/** The first sample of each clip against the references of other clips: what has a value a clip and needs pixels for it. */
function unrelatedTasks({ references, generated, measurers, unrelated = 0 }: Measuring): Task[] {
  const { clips, protocol } = references
  const wanted = measurers.filter(({ names }) => names.some(({ metric }) => metric.per !== 'set' && !metric.unrelated))
  if (unrelated < 1 || wanted.length === 0) return []
  const partnersOf = unrelatedPartners(clips, protocol.identity.seeds.shuffle)
  const byId = new Map(clips.map((clip) => [clip.id, clip]))
  return clips.flatMap(({ id }) => {
    const [first] = samplesOf(generated, id)
    // What cannot be measured against its own reference is told there.
    if (first === undefined || 'failure' in first) return []
    return firstOf(partnersOf(id), unrelated).flatMap((against) => {
      const reference = byId.get(against)
      if (reference === undefined) return []
      return [
        {
          key: { clip: id, against },
          reference,
          generated: first,
          measurers: wanted,
          without: [],
          previews: undefined,
        },
      ]
    })
  })
}

/** The error of a run that was stopped. */
export function aborted(folder: string, cause?: unknown): KinemetricError {
  return benchmarkError('aborted', folder, 'stopped; scored clips are kept and the next run goes on from there', {
    cause,
  })
}

/** Measured in an earlier run, its files have not changed since, and all that the conclusion will need is still there. */
async function isDone({ store }: Measuring, journal: Journal, task: Task): Promise<boolean> {
  const outcome = journal.get(task.key)
  if (outcome === undefined) return false
  const { reference, previews } = task
  const stamp = await clipStamp(reference, task.generated, task.without).catch(() => '')
  if (outcome.stamp !== stamp) return false
  if ('failure' in outcome) return true
  const wanted = task.measurers.flatMap(({ names }) => names.map(metricKey))
  if (!wanted.every((key) => outcome.measured.includes(key))) return false
  if (previews !== undefined && !(await hasPreviews(previews.folder, previews.method, reference))) return false
  if (task.key.against !== undefined) return true
  for (const address of keptAddresses(outcome)) if (!(await store.has(address))) return false
  return true
}

function keptAddresses({ kept, objects }: ClipMeasurements): string[] {
  const tracks = Object.values(objects).flatMap((group) => group.flatMap((object) => object.tracks ?? []))
  return [...Object.values(kept), ...tracks].flatMap(({ generated, reference }) => [generated, reference])
}

async function outcomeOf(loaded: LoadedClip, { key, measurers, previews }: Task): Promise<ClipOutcome> {
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
