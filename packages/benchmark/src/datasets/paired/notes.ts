import { basename } from 'node:path'

/** In words, what of a table's columns nobody reads; nothing where all are read. */
export function ignoredNotes(file: string | undefined, ignored: readonly string[] = []): string[] {
  if (file === undefined || ignored.length === 0) return []
  return [`columns of ${basename(file)} that mean nothing here: ${ignored.join(', ')}`]
}

/** In words, what lies there and belongs to no clip; nothing where all does. */
export function unusedNote(names: readonly string[], what: string, why: string): string[] {
  if (names.length === 0) return []
  const shown = names.slice(0, 5).join(', ')
  return [`${names.length} ${what} passed over: ${shown}${names.length > 5 ? ', …' : ''} (${why})`]
}
