import { parse } from 'csv-parse/sync'
import { fileError } from '@kinemetric/files'

/**
 * The rows of a CSV text (RFC 4180), the first one included, each with the line that it ends in.
 * @param where names it in errors
 * @throws KinemetricError `invalid`, which says so where the cells of its first line are not separated by commas
 */
export function csvRows(where: string, text: string): { line: number; cells: string[] }[] {
  requireCommas(where, text)
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

/** Some programs write semicolons or tabs where the comma is a decimal point: such a file would be one column, or rows of changing length. */
function requireCommas(where: string, text: string): void {
  const first = /[^\r\n]+/.exec(text)?.[0] ?? ''
  if (first.includes(',')) return
  const other = [';', '\t'].find((mark) => first.includes(mark))
  if (other === undefined) return
  const found = `cells separated by ${other === ';' ? 'semicolons' : 'tabs'} (${JSON.stringify(first.slice(0, 60))})`
  throw fileError('invalid', where, { expected: 'CSV, cells separated by commas', found })
}
