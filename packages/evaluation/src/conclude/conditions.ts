import { clipValue, type Json, type MeasuredClip, type MeasuredSet } from '@kinemetric/metrics'
import type { ClipMeasurements } from '../journal/measurement.ts'
import type { MetricName } from '../plan/metric-name.ts'
import { measuredClip, type MeasuredParts, measuredSet } from './measured-sets.ts'

/** A clip with the samples of it that were measured, at least one, in their order. */
export interface Condition {
  clip: string
  samples: readonly ClipMeasurements[]
}

/** The clips of a journal, each with its samples, in the journal's order. */
export function conditionsOf(clips: readonly ClipMeasurements[]): Condition[] {
  return [...Map.groupBy(clips, ({ clip }) => clip)].map(([clip, samples]) => ({ clip, samples }))
}

/** Whether any clip has more than one sample. */
export function haveSamples(conditions: readonly Condition[]): boolean {
  return conditions.some(({ samples }) => samples.length > 1)
}

/** What was measured for one metric, each condition as one clip: its value is the mean over its samples that have one. */
export function conditionSet(name: MetricName, conditions: readonly Condition[], parts: MeasuredParts): MeasuredSet {
  const clips = conditions.map(({ samples }) => samples.map((sample) => measuredClip(name, sample, parts.units)))
  const counts = clips.map((samples) => samples.filter(({ values }) => values !== undefined).length)
  const uneven = new Set(counts.filter((count) => count > 0)).size > 1
  return { ...measuredSet(name, [], parts), clips: clips.map((samples) => joinedClip(name, samples, uneven)) }
}

/** The values of a metric in each sample of a condition, of those that have one. */
export function sampleValues({ metric, recipe }: MetricName, samples: readonly MeasuredClip[]): number[] {
  return samples.flatMap(({ values }) => (values === undefined ? [] : [clipValue(metric, recipe.id, values)]))
}

/** @param uneven whether conditions have different numbers of samples with a value */
function joinedClip(name: MetricName, samples: readonly MeasuredClip[], uneven: boolean): MeasuredClip {
  const [first, ...others] = samples
  if (others.length === 0 && !uneven) return first
  const values = samples.flatMap((sample) => sample.values ?? [])
  return {
    ...first,
    values: joinedValues(name, values, uneven),
    notes: joinedNotes(samples.flatMap(({ notes }) => (notes === undefined ? [] : [notes]))),
    objects: joinedObjects(samples.flatMap(({ objects }) => (objects === undefined ? [] : [objects]))),
  }
}

/**
 * The frames' values of all samples, of which a metric makes the mean over the samples as it does of one. Where that would weigh conditions by their
 * number of samples, each frame stands for the condition's own value; where samples have different numbers of values, so does a single one.
 */
function joinedValues(
  { metric, recipe }: MetricName,
  samples: readonly Float64Array[],
  uneven: boolean,
): Float64Array | undefined {
  if (samples.length === 0) return undefined
  const [{ length }] = samples
  const even = samples.every((values) => values.length === length)
  if (!even) {
    const values = samples.map((own) => clipValue(metric, recipe.id, own))
    return Float64Array.of(values.reduce((sum, value) => sum + value, 0) / values.length)
  }
  const all = Float64Array.from(samples.flatMap((values) => [...values]))
  return uneven ? new Float64Array(length).fill(clipValue(metric, recipe.id, all)) : all
}

function joinedNotes(notes: readonly Json[]): Json | undefined {
  return notes.length > 1 && notes.every((each) => Array.isArray(each)) ? notes.flat() : notes[0]
}

/** The objects of all samples; what was skipped is so in each of them and told once. */
function joinedObjects(samples: readonly NonNullable<MeasuredClip['objects']>[]): MeasuredClip['objects'] {
  const [first, ...others] = samples
  return first && [...first, ...others.flat().filter(({ skipped }) => skipped === null)]
}
