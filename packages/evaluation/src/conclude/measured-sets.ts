import type { ClipRows, MeasuredClip, MeasuredSet, Side } from '@kinemetric/metrics'
import { type ClipMeasurements, fromStored } from '../journal/measurement.ts'
import { type MetricName, metricKey } from '../plan/metric-name.ts'
import type { FeatureCache } from '../store/feature-cache.ts'
import { keptRows } from '../store/stored-features.ts'
import { readTracklets } from '../store/track-entries.ts'

/** Rows of both sides, read when they are first asked for and once for all metrics that are of them. */
export type RowReader = (side: Side) => Promise<ClipRows>

/** The source video of clips that share it with others, by the clip's name. */
export interface Units {
  unitOf(clip: string): string | undefined
}

/** What sets are made of beside the journal's lines. */
export interface MeasuredParts {
  rows: RowReader
  store: FeatureCache
}

/** A sample of a clip, and where its rows were kept. */
interface KeptRows {
  clip: string
  kept?: Record<Side, string> | undefined
}

/** Reads the kept rows of samples; those without are passed over. */
export function rowReader(clips: Iterable<KeptRows>, store: FeatureCache): RowReader {
  const read = new Map<Side, Promise<ClipRows>>()
  return (side) => {
    const places: { clip: string; address: string }[] = []
    for (const { clip, kept } of clips) if (kept !== undefined) places.push({ clip, address: kept[side] })
    const rows = read.get(side) ?? keptRows(places, store)
    read.set(side, rows)
    return rows
  }
}

/** What the journal has for one metric. */
export function measuredSet(clips: MeasuredSet['clips'], { rows, store }: MeasuredParts): MeasuredSet {
  return { clips, rows, tracklets: (address) => readTracklets(store, address) }
}

/** One line of the journal as a metric meets it. */
export function measuredClip(
  name: MetricName,
  { clip, values, notes, objects }: ClipMeasurements,
  units: Units,
): MeasuredClip {
  const key = metricKey(name)
  const unit = units.unitOf(clip)
  return {
    clip,
    ...(unit === undefined ? {} : { unit }),
    values: definedValues(values[key]?.values ?? []),
    notes: notes[key],
    objects: objects[name.needKey],
  }
}

/** Values without those that are undefined; undefined where there is none. */
export function definedValues(values: ClipMeasurements['values'][string]['values']): Float64Array | undefined {
  const defined = values.map(fromStored).filter((value) => !Number.isNaN(value))
  return defined.length === 0 ? undefined : Float64Array.from(defined)
}

/** Every clip stands for itself. */
export const noUnits: Units = { unitOf: () => undefined }
