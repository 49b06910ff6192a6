import { type BoardColumn, columnTitle } from '../board-columns.ts'
import { signatureParts } from '../names/signature-parts.ts'

/** What keeps two numbers of one metric apart: the fields of their signatures that differ, and what each column has there. */
export interface SignatureDifference {
  metric: string
  field: string
  /** In the order of the columns; '' where one has no such field. */
  values: { column: string; value: string }[]
}

/** The fields in which columns of one metric differ; nothing where each metric has one column. */
export function signatureDifferences(columns: readonly BoardColumn[]): SignatureDifference[] {
  return [...Map.groupBy(columns, ({ metric }) => metric).values()].flatMap((same) => {
    if (same.length < 2) return []
    const parts = same.map(({ signature }) => new Map(signatureParts(signature)))
    const fields = [...new Set(parts.flatMap((each) => [...each.keys()]))]
    return fields
      .filter((field) => new Set(parts.map((each) => each.get(field))).size > 1)
      .map((field) => ({
        metric: same[0].label,
        field,
        values: same.map((column, at) => ({ column: columnTitle(column), value: parts[at].get(field) ?? '' })),
      }))
  })
}
