import { isOfShard, type Shard } from '@kinemetric/benchmark'
import { unrelatedPartners } from '@kinemetric/metrics'
import type { GeneratedSample, GeneratedSet } from '../clips/generated-samples.ts'
import { clipStamp, failureStamp, type GeneratedWithout } from '../clips/load-clip.ts'
import type { ReferenceClip, ReferenceSet } from '../clips/reference-clips.ts'
import { hasPreviews } from '../clips/write-previews.ts'
import { type ClipMeasurements, type ClipOutcome, type OutcomeKey, outcomeKey } from '../journal/measurement.ts'
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

/** Every line that is wanted. */
export function tasksOf({ methods, ...input }: MeasuringInput): Task[] {
  const all = [
    ...methods.flatMap((method) => ownTasks(input.references, method)),
    ...methods.flatMap((method) => unrelatedTasks(input, method)),
  ]
  const { shard } = input
  return shard === undefined ? all : all.filter(({ key }) => isOfShard(key.clip, shard))
}

/** What tells a task from all others. */
export function taskKey({ method, key }: Pick<Task, 'method' | 'key'>): string {
  return JSON.stringify([method.id, outcomeKey(key)])
}

/** So many videos of usual size are held at once. */
const videosAtOnce = 8

/** Tasks of one reference by one set of measurers, a few at a time, so that what is of the reference is done once for them; in the order of their first ones. */
export function groupsOf(tasks: readonly Task[]): Task[][] {
  const groups: Task[][] = []
  const open = new Map<ReferenceClip, Map<readonly Measurer[], Task[]>>()
  for (const task of tasks) {
    const ofReference = open.get(task.reference) ?? new Map<readonly Measurer[], Task[]>()
    open.set(task.reference, ofReference)
    let group = ofReference.get(task.measurers)
    if (group === undefined || group.length === videosAtOnce) {
      group = []
      groups.push(group)
      ofReference.set(task.measurers, group)
    }
    group.push(task)
  }
  return groups
}

/** Every sample against its own reference. */
function ownTasks(references: ReferenceSet, method: MeasuredMethod): Task[] {
  const { generated, measurers, previews } = method
  return references.clips.flatMap((reference) =>
    samplesOf(generated, reference.id).map((sample, index) => ({
      method,
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

/** Of those that measure own references: what has a value a clip and needs pixels for it. One array for one array. */
const forUnrelated = new WeakMap<readonly Measurer[], readonly Measurer[]>()

function measurersForUnrelated(measurers: readonly Measurer[]): readonly Measurer[] {
  const known = forUnrelated.get(measurers)
  if (known !== undefined) return known
  const wanted = measurers.filter(({ names }) => names.some(({ metric }) => metric.per !== 'set' && !metric.unrelated))
  forUnrelated.set(measurers, wanted)
  return wanted
}

/** The first sample of each clip against the references of other clips. */
function unrelatedTasks(
  { references, unrelated = 0 }: Omit<MeasuringInput, 'methods'>,
  method: MeasuredMethod,
): Task[] {
  const { clips, protocol } = references
  const wanted = measurersForUnrelated(method.measurers)
  if (unrelated < 1 || wanted.length === 0) return []
  const partnersOf = unrelatedPartners(clips, protocol.identity.seeds.shuffle)
  const byId = new Map(clips.map((clip) => [clip.id, clip]))
  return clips.flatMap(({ id }) => {
    const [first] = samplesOf(method.generated, id)
    // What cannot be measured against its own reference is told there.
    if (first === undefined || 'failure' in first) return []
    return firstOf(partnersOf(id), unrelated).flatMap((against) => {
      const reference = byId.get(against)
      if (reference === undefined) return []
      return [
        {
          method,
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
