import { parse } from 'csv-parse/sync'
import { fileError } from '@kinemetric/files'

/** The rows of a CSV text (RFC 4180), the first one included, each with the line that it ends in. @param where names it in errors @throws KinemetricError `invalid` */
export function csvRows(where: string, text: string): { line: number; cells: string[] }[] {
  try {
    const rows: unknown = parse(text, { info: true, skip_empty_lines: true, relax_column_count: false })
    if (!Array.isArray(rows)) return []
    return rows.map((row: { record: string[]; info: { lines: number } }) => ({
      line: row.info.lines,
      cells: row.record,
    }))
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw fileError('invalid', where, { expected: 'CSV', found: message }, { cause: error })
  }
}
