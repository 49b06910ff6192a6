import type { FeatureRows } from '../features/feature-rows.ts'
import type { ClipRows, MeasuredClip } from '../spec/measured-set.ts'

/** Rows by the source video that they are of, and the names of these. */
export type UnitRows = FeatureRows & {
  clipOfRow: Int32Array
  /** Names of the units, ascending: those that `clipOfRow` counts. */
  names: readonly string[]
}

/** Rows of clips as rows of units: clips of one source video become one. Units stand in the order of their names. */
export function unitRows(rows: ClipRows, clips: Iterable<Pick<MeasuredClip, 'clip' | 'unit'>>): UnitRows {
  const unitOfClip = new Map<string, string>()
  for (const { clip, unit } of clips) unitOfClip.set(clip, unit ?? clip)
  const unitNames = rows.clips.map((clip) => unitOfClip.get(clip) ?? clip)
  const units = [...new Set(unitNames)].sort()
  const position = new Map(units.map((unit, g) => [unit, g]))
  const { clips: _, clipOfRow, ...side } = rows
  return {
    ...side,
    clipOfRow: Int32Array.from({ length: rows.rows }, (_row, i) => position.get(unitNames[clipOfRow?.[i] ?? i]) ?? 0),
    names: units,
  }
}
