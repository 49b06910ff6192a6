import type { ClipRows, MeasuredClip, MeasuredSet, Side } from '@kinemetric/metrics'
import { type ClipMeasurements, fromStored } from '../journal/measurement.ts'
import { type MetricName, metricKey } from '../plan/metric-name.ts'
import type { FeatureCache } from '../store/feature-cache.ts'
import { keptRows } from '../store/stored-features.ts'
import { readTracklets } from '../store/track-entries.ts'

/** Rows of both sides, read when they are first asked for and once for all metrics that are of them. */
export type RowReader = (side: Side) => Promise<ClipRows>

/** The source video of clips that share it with others, by the clip's name. */
export type Units = ReadonlyMap<string, string>

/** What sets are made of beside the journal's lines. */
export interface MeasuredParts {
  rows: RowReader
  store: FeatureCache
  units: Units
}

/** Reads the kept rows of a need. @param clips as the journal has them; those without rows are passed over */
export function rowReader(needKey: string, clips: readonly ClipMeasurements[], store: FeatureCache): RowReader {
  const read = new Map<Side, Promise<ClipRows>>()
  return (side) => {
    const places = clips.flatMap(({ clip, kept }) =>
      kept[needKey] === undefined ? [] : [{ clip, address: kept[needKey][side] }],
    )
    const rows = read.get(side) ?? keptRows(places, store)
    read.set(side, rows)
    return rows
  }
}

/** What the journal has for one metric. */
export function measuredSet(
  name: MetricName,
  clips: readonly ClipMeasurements[],
  { rows, store, units }: MeasuredParts,
): MeasuredSet {
  return {
    clips: clips.map((clip) => measuredClip(name, clip, units)),
    rows,
    tracklets: (address) => readTracklets(store, address),
  }
}

/** One line of the journal as a metric meets it. */
export function measuredClip(
  name: MetricName,
  { clip, values, notes, objects }: ClipMeasurements,
  units: Units,
): MeasuredClip {
  const key = metricKey(name)
  const unit = units.get(clip)
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
