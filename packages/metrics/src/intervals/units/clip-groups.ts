import type { FeatureRows } from '../../features/feature-rows.ts'

/** The rows of each clip. */
export interface ClipGroups {
  /** Clip numbers as the features name them, ascending. */
  ids: Int32Array
  /** `[rows]` position in `ids` of each row's clip. */
  groupOfRow: Int32Array
}

/** Groups rows by clip; without `clipOfRow` every row is a clip. */
export function groupByClip({ rows, clipOfRow }: Pick<FeatureRows, 'rows' | 'clipOfRow'>): ClipGroups {
  if (clipOfRow === undefined) {
    const ids = Int32Array.from({ length: rows }, (_, i) => i)
    return { ids, groupOfRow: ids }
  }
  const ids = Int32Array.from(new Set(clipOfRow)).toSorted()
  const position = new Map(Array.from(ids, (id, k) => [id, k]))
  return { ids, groupOfRow: Int32Array.from(clipOfRow, (id) => position.get(id) ?? 0) }
}

/** Whether two sides hold the same clips, so that they can be resampled together. */
export function sameClips(a: ClipGroups, b: ClipGroups): boolean {
  return a.ids.length === b.ids.length && a.ids.every((id, k) => id === b.ids[k])
}
