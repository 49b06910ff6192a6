import { benchmarkError } from '@kinemetric/benchmark'
import type { KinemetricError } from '@kinemetric/files'
import type { ClipFailure } from '@kinemetric/records'
import type { ClipPair } from '../clips/clip-pair.ts'
import type { GeneratedFolder } from '../clips/generated-clips.ts'
import { clipStamp, loadClip, type LoadedClip } from '../clips/load-clip.ts'
import type { ReferenceClip, ReferenceSet } from '../clips/reference-clips.ts'
import { hasPreviews, writePreviews } from '../clips/write-previews.ts'
import type { Journal } from '../journal/journal.ts'
import type { ClipMeasurements, ClipOutcome, Measurement } from '../journal/measurement.ts'
import { metricKey } from '../plan/metric-name.ts'
import type { FeatureCache } from '../store/feature-cache.ts'
import type { Measurer } from './measurer.ts'

/** What is measured, and how. */
export interface Measuring {
  references: ReferenceSet
  generated: GeneratedFolder
  measurers: readonly Measurer[]
  store: FeatureCache
  /** Results folder of the protocol, for what is told in errors. */
  folder: string
  /** Where small videos go while the clips are decoded; undefined writes none. */
  previews?: { folder: string; method: string } | undefined
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

/**
 * Every clip of the references, each outcome in the journal before the next one is measured. Clips are decoded, measured and forgotten one after the
 * other, the next one being decoded meanwhile.
 * @throws KinemetricError `aborted`; what the journal throws; what is no fault of a clip
 */
export async function measureClips(measuring: Measuring, journal: Journal): Promise<MeasuringCounts> {
  const { clips, protocol } = measuring.references
  const begun = performance.now()
  const pending: ReferenceClip[] = []
  for (const clip of clips) if (!(await isDone(measuring, journal, clip))) pending.push(clip)
  const resumed = clips.length - pending.length
  measuring.onStart?.({ total: clips.length, resumed })
  const load = (index: number): Promise<LoadedClip> | undefined => {
    const clip = pending[index]
    if (clip === undefined) return undefined
    const loading = loadClip(clip, measuring.generated.byClip.get(clip.id), protocol, measuring.signal)
    // Its error is met when its turn comes; until then it is nobody's unhandled rejection.
    loading.catch(() => undefined)
    return loading
  }
  let next = load(0)
  for (const [index, clip] of pending.entries()) {
    if (measuring.signal?.aborted === true) throw aborted(measuring.folder)
    const loaded = await next
    next = load(index + 1)
    if (loaded === undefined) continue
    await journal.add(await outcomeOf(clip.id, loaded, measuring))
    const failure = 'failure' in loaded ? loaded.failure : undefined
    measuring.onClip?.({ done: resumed + index + 1, total: clips.length, clip: clip.id, failure })
  }
  return { resumed, scoredNow: pending.length, scoringMs: performance.now() - begun }
}

/** The error of a run that was stopped. */
export function aborted(folder: string, cause?: unknown): KinemetricError {
  return benchmarkError('aborted', folder, 'stopped; scored clips are kept and the next run goes on from there', {
    cause,
  })
}

/** Measured in an earlier run, its files have not changed since, and all that the conclusion will need is still there. */
async function isDone(
  { generated, measurers, store, previews }: Measuring,
  journal: Journal,
  clip: ReferenceClip,
): Promise<boolean> {
  const outcome = journal.get(clip.id)
  if (outcome === undefined) return false
  const stamp = await clipStamp(clip, generated.byClip.get(clip.id)).catch(() => '')
  if (outcome.stamp !== stamp) return false
  if ('failure' in outcome) return true
  const wanted = measurers.flatMap(({ names }) => names.map(metricKey))
  if (!wanted.every((key) => outcome.measured.includes(key))) return false
  if (previews !== undefined && !(await hasPreviews(previews.folder, previews.method, clip))) return false
  for (const address of keptAddresses(outcome)) if (!(await store.has(address))) return false
  return true
}

function keptAddresses({ kept, objects }: ClipMeasurements): string[] {
  const tracks = Object.values(objects).flatMap((group) => group.flatMap((object) => object.tracks ?? []))
  return [...Object.values(kept), ...tracks].flatMap(({ generated, reference }) => [generated, reference])
}

async function outcomeOf(clip: string, loaded: LoadedClip, measuring: Measuring): Promise<ClipOutcome> {
  if ('failure' in loaded) return { clip, stamp: loaded.stamp, failure: loaded.failure }
  const { stamp, pair } = loaded
  const { measurers, previews } = measuring
  if (previews !== undefined) await writePreviews(previews.folder, previews.method, pair)
  const parts = await measureAll(measurers, pair)
  const [frames, height, width] = pair.referenceFrames.shape
  return {
    clip,
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
    failures: parts.flatMap((part) => part.failures ?? []),
  }
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
