/** Prints a table in Markdown. */
export function printTable(head: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
  console.log(`| ${head.join(' | ')} |`)
  console.log(`|${head.map(() => '---').join('|')}|`)
  for (const row of rows) console.log(`| ${row.join(' | ')} |`)
  console.log()
}

/** A share in per cent with one decimal. */
export function percent(count: number, of: number): string {
  return of === 0 ? '—' : ((100 * count) / of).toFixed(1)
}

/** Repetitions: all of them, or a hundredth for a try. */
export function repetitions(full: number, small: boolean): number {
  return small ? Math.max(4, Math.round(full / 100)) : full
}
