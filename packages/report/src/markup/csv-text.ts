/** Rows of cells as CSV (RFC 4180): lines end in CR LF. A number that is none is an empty cell. */
export function csvText(rows: readonly (readonly (string | number)[])[]): string {
  return rows
    .map(
      (cells) => `${cells.map((cell) => (typeof cell === 'string' ? csvCell(cell) : numberCell(cell))).join(',')}\r\n`,
    )
    .join('')
}

/** A text as a cell: quoted where it must be, and none that a spreadsheet would take for a formula. */
export function csvCell(text: string): string {
  // The full-width forms are what spreadsheets of East Asian locales also take for these signs.
  const safe = /^[=+\-@＝＋－＠]/.test(text) ? `'${text}` : text
  return /[",;\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

function numberCell(value: number): string {
  return Number.isFinite(value) ? String(value) : ''
}
