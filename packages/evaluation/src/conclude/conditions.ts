import { grown } from '@kinemetric/files'
import { clipValue, type Json, type MeasuredClip, type MeasuredSet, type Side } from '@kinemetric/metrics'
import type { ClipMeasurements } from '../journal/measurement.ts'
import type { MetricName } from '../plan/metric-name.ts'
import { measuredClip, type MeasuredParts, measuredSet, noUnits, type Units } from './measured-sets.ts'

/** A sample of a clip as one metric meets it. */
export interface MeasuredSample extends MeasuredClip {
  /** Addresses of the rows that were kept for the metric's need; absent where none were. */
  kept?: Record<Side, string> | undefined
}

/** A clip with what one metric has of its samples that were measured, at least one, in their order. */
export interface Condition {
  clip: string
  samples: readonly MeasuredSample[]
}

/** Lines of a journal, those of each clip together: they are gone through more than once and need not be held. */
export type MeasuredLines = Iterable<ClipMeasurements>

/** The lines clip by clip, in their order. */
export function* byClip<T extends { clip: string }>(lines: Iterable<T>): Generator<T[]> {
  let own: T[] = []
  for (const line of lines) {
    if (own.length > 0 && own[0].clip !== line.clip) {
      yield own
      own = []
    }
    own.push(line)
  }
  if (own.length > 0) yield own
}

/** What one metric has of the clips of a journal, in the journal's order. */
export function conditionsOf(name: MetricName, clips: MeasuredLines, units: Units): Conditions {
  const conditions = new Conditions(units)
  for (const lines of byClip(clips)) conditions.add(conditionOf(name, lines, noUnits))
  return conditions
}

/** Conditions of very many clips: their values stand in one array, and what only some have beside it. */
export class Conditions implements Iterable<Condition> {
  readonly #units: Units
  readonly #clips: string[] = []
  /** `[clips]` the place behind each one's last sample. */
  #samples = new Uint32Array(64)
  /** `[samples]` the place behind each one's last value. */
  #ends = new Uint32Array(64)
  #values = new Float64Array(64)
  /** What samples have beside values, by their places. */
  readonly #others = new Map<number, Omit<MeasuredSample, 'clip' | 'values'>>()

  constructor(units: Units) {
    this.#units = units
  }

  get length(): number {
    return this.#clips.length
  }

  add({ clip, samples }: Condition): void {
    let place = beginOf(this.#samples, this.length)
    for (const { clip: _, values, ...others } of samples) {
      const begin = beginOf(this.#ends, place)
      const end = begin + (values?.length ?? 0)
      this.#values = grown(this.#values, end)
      this.#values.set(values ?? [], begin)
      this.#ends = grown(this.#ends, place + 1)
      this.#ends[place] = end
      if (Object.values(others).some((other) => other !== undefined)) this.#others.set(place, others)
      place++
    }
    this.#clips.push(clip)
    this.#samples = grown(this.#samples, this.length)
    this.#samples[this.length - 1] = place
  }

  *[Symbol.iterator](): Generator<Condition> {
    for (const [index, clip] of this.#clips.entries()) {
      const samples: MeasuredSample[] = []
      for (let place = beginOf(this.#samples, index); place < this.#samples[index]; place++)
        samples.push(this.#sampleAt(clip, place))
      yield { clip, samples }
    }
  }

  #sampleAt(clip: string, place: number): MeasuredSample {
    const begin = beginOf(this.#ends, place)
    const unit = this.#units.unitOf(clip)
    return {
      notes: undefined,
      objects: undefined,
      ...this.#others.get(place),
      clip,
      ...(unit === undefined ? {} : { unit }),
      values: begin === this.#ends[place] ? undefined : this.#values.subarray(begin, this.#ends[place]),
    }
  }
}

/** Where what comes at a place begins: behind that of the place before it. */
function beginOf(ends: Uint32Array, place: number): number {
  return place === 0 ? 0 : ends[place - 1]
}

/** Of the lines of one clip. */
export function conditionOf(name: MetricName, lines: readonly ClipMeasurements[], units: Units): Condition {
  return { clip: lines[0].clip, samples: lines.map((line) => measuredSample(name, line, units)) }
}

function measuredSample(name: MetricName, line: ClipMeasurements, units: Units): MeasuredSample {
  const clip = measuredClip(name, line, units)
  const kept = line.kept[name.needKey]
  return kept === undefined ? clip : { ...clip, kept }
}

/** All samples, clip by clip; they may be gone through several times. */
export function samplesOf(conditions: Iterable<Condition>): Iterable<MeasuredSample> {
  return {
    *[Symbol.iterator]() {
      for (const { samples } of conditions) yield* samples
    },
  }
}

/** What was measured for one metric, each condition as one clip: its value is the mean over its samples that have one. */
export function conditionSet(
  name: MetricName,
  conditions: Iterable<Condition> & { readonly length: number },
  parts: MeasuredParts,
): MeasuredSet {
  const uneven = !sameCount(countsOf(conditions))
  const clips = {
    length: conditions.length,
    *[Symbol.iterator]() {
      for (const { samples } of conditions) yield joinedClip(name, samples, uneven)
    },
  }
  return measuredSet(clips, parts)
}

function* countsOf(conditions: Iterable<Condition>): Generator<number> {
  for (const { samples } of conditions) yield samples.filter(({ values }) => values !== undefined).length
}

/** Whether all conditions that have samples with a value have as many of them. */
export function sameCount(counts: Iterable<number>): boolean {
  let first: number | undefined
  for (const count of counts) {
    if (count === 0) continue
    first ??= count
    if (count !== first) return false
  }
  return true
}

/** The values of a metric in each sample of a condition, of those that have one. */
export function sampleValues({ metric, recipe }: MetricName, samples: readonly MeasuredClip[]): number[] {
  return samples.flatMap(({ values }) => (values === undefined ? [] : [clipValue(metric, recipe.id, values)]))
}

/** A clip as its metric meets it: its samples as one. */
export function joinedOf(name: MetricName, { samples }: Condition): MeasuredClip {
  return joinedClip(name, samples, false)
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
export function joinedValues(
  { metric, recipe }: Pick<MetricName, 'metric' | 'recipe'>,
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
