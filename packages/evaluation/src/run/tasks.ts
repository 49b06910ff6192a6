import { isOfShard, type Shard } from '@kinemetric/benchmark'
import { unrelatedPartners } from '@kinemetric/metrics'
import type { GeneratedSample } from '../clips/generated-clips.ts'
import type { GeneratedSet } from '../clips/generated-samples.ts'
import { clipStamp, failureStamp, type GeneratedWithout } from '../clips/load-clip.ts'
import type { ReferenceClip, ReferenceSet } from '../references/reference-clips.ts'
import { hasPreviews } from '../clips/write-previews.ts'
import type { ClipMeasurements, ClipOutcome, OutcomeKey } from '../journal/measurement.ts'
import type { Measurer } from '../measure/measurer.ts'
import { metricKey } from '../plan/metric-name.ts'
import { firstOf } from '../plan/unrelated-pairings.ts'
import type { FeatureCache } from '../store/feature-cache.ts'

/** One method's videos, and what measures them. */
export interface MeasuredMethod {
  id: string
  generated: GeneratedSet
  /** The same array for methods that are measured alike. */
  measurers: readonly Measurer[]
  /** Folder that small videos go to while the clips are decoded; undefined writes none. */
  previews?: string | undefined
}

export interface MeasuringInput {
  references: ReferenceSet
  methods: readonly MeasuredMethod[]
  /** Against how many other clips' references each clip is measured besides, to know what unrelated videos get. Default 0. */
  unrelated?: number | undefined
  /** The clips of this shard alone. */
  shard?: Shard | undefined
}

/** One line of a journal that is wanted: a generated sample and the reference that it is held against. */
export interface Task {
  method: MeasuredMethod
  key: OutcomeKey
  reference: ReferenceClip
  generated: GeneratedSample | undefined
  measurers: readonly Measurer[]
  /** Of a clip with pairs, what was generated of them for this sample. */
  without: readonly GeneratedWithout[]
  /** Only of a clip's first sample against its own reference. */
  previews: string | undefined
}

/** Where a task stands among methods, clips and samples: it can be made of that at any time, and held in a few bytes. */
export interface TaskPlace {
  /** Of the methods. */
  method: number
  /** Of the references: the clip that is measured. */
  clip: number
  /** Of the clip's samples. */
  sample: number
  /** Of the references: another clip that it is held against; −1: its own. */
  against: number
}

/** Every line that is wanted, method by method, and behind them those that are held against other clips' references. */
export function* tasksOf(input: MeasuringInput): Generator<Task> {
  for (const place of placesOf(input)) yield taskAt(input, place)
}

/** Of every line that is wanted, in that order. */
export function* placesOf({ methods, references, shard, unrelated = 0 }: MeasuringInput): Generator<TaskPlace> {
  const { names } = references.clips
  const isWanted = (id: string) => shard === undefined || isOfShard(id, shard)
  for (const [method, { generated }] of methods.entries())
    for (let clip = 0; clip < names.length; clip++) {
      const id = names.idAt(clip)
      if (!isWanted(id)) continue
      const { length } = samplesOf(generated, id)
      for (let sample = 0; sample < length; sample++) yield { method, clip, sample, against: -1 }
    }
  const partnersOf =
    unrelated < 1 ? undefined : unrelatedPartners([...names], references.protocol.identity.seeds.shuffle)
  if (partnersOf === undefined) return
  for (const [method, { generated, measurers }] of methods.entries()) {
    if (measurersForUnrelated(measurers).length === 0) continue
    for (let clip = 0; clip < names.length; clip++) {
      const id = names.idAt(clip)
      // What cannot be measured against its own reference is told there.
      if (!isWanted(id) || !isThere(samplesOf(generated, id)[0])) continue
      for (const partner of firstOf(partnersOf(id), unrelated))
        yield { method, clip, sample: 0, against: names.indexOf(partner) }
    }
  }
}

function isThere(sample: GeneratedSample | undefined): sample is GeneratedSample {
  return sample !== undefined && !('failure' in sample)
}

export function taskAt({ methods, references: { clips } }: MeasuringInput, place: TaskPlace): Task {
  const method = methods[place.method]
  const clip = clips.names.idAt(place.clip)
  const generated = samplesOf(method.generated, clip)[place.sample]
  if (place.against >= 0)
    return {
      method,
      key: { clip, against: clips.names.idAt(place.against) },
      reference: clips.at(place.against),
      generated,
      measurers: measurersForUnrelated(method.measurers),
      without: [],
      previews: undefined,
    }
  const reference = clips.at(place.clip)
  return {
    method,
    key: { clip, ...(generated?.sample === undefined ? {} : { sample: generated.sample }) },
    reference,
    generated,
    measurers: method.measurers,
    without: clips.hasProbe(place.clip) ? withoutDrivers(method.generated, reference, generated) : [],
    previews: place.sample === 0 ? method.previews : undefined,
  }
}

/** What tells a task from all others: its method, and which line of its journal. */
export interface TaskKey {
  method: string
  key: OutcomeKey
}

/** The task of a key that another process made, where it is wanted here too. */
export function findTask(input: MeasuringInput, { method: id, key }: TaskKey): Task | undefined {
  const { methods, references } = input
  const { names } = references.clips
  const method = methods.findIndex((each) => each.id === id)
  const clip = names.indexOf(key.clip)
  if (method < 0 || clip < 0) return undefined
  const samples = samplesOf(methods[method].generated, key.clip)
  const sample = key.against === undefined ? samples.findIndex((each) => each?.sample === key.sample) : 0
  const against = key.against === undefined ? -1 : names.indexOf(key.against)
  if (sample < 0 || (key.against !== undefined && (against < 0 || !isThere(samples[0])))) return undefined
  return taskAt(input, { method, clip, sample, against })
}

/** The samples of a clip; one that is missing where there is none. */
export function samplesOf({ byClip }: GeneratedSet, clip: string): readonly (GeneratedSample | undefined)[] {
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

/** Of those that measure own references: what has a value a clip and needs pixels for it. One array for one array. */
const forUnrelated = new WeakMap<readonly Measurer[], readonly Measurer[]>()

function measurersForUnrelated(measurers: readonly Measurer[]): readonly Measurer[] {
  const known = forUnrelated.get(measurers)
  if (known !== undefined) return known
  const wanted = measurers.filter(
    ({ names, alone }) => alone !== true && names.some(({ metric }) => metric.per !== 'set' && !metric.unrelated),
  )
  forUnrelated.set(measurers, wanted)
  return wanted
}

/** Whether an outcome of an earlier run is what a task would have now: its files have not changed since, and all that the conclusion will need is still there. */
export async function isDone(store: FeatureCache, outcome: ClipOutcome, task: Task): Promise<boolean> {
  const { reference, generated, without, previews, method } = task
  if ('failure' in outcome) return outcome.stamp === (await failureStamp(reference, generated, without))
  if (outcome.stamp !== (await clipStamp(reference, generated, without).catch(() => ''))) return false
  const wanted = task.measurers.flatMap(({ names }) => names.map(metricKey))
  if (!wanted.every((key) => outcome.measured.includes(key))) return false
  if (previews !== undefined && !(await hasPreviews(previews, method.id, reference))) return false
  if (task.key.against !== undefined) return true
  for (const address of keptAddresses(outcome)) if (!(await store.has(address))) return false
  return true
}

function keptAddresses({ kept, objects }: ClipMeasurements): string[] {
  const tracks = Object.values(objects).flatMap((group) => group.flatMap((object) => object.tracks ?? []))
  return [...Object.values(kept), ...tracks].flatMap(({ generated, reference }) => [generated, reference])
}
