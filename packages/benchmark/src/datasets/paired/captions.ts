import { benchmarkError } from '../../failures/benchmark-error.ts'
import { nameOf } from './beside.ts'
import { type ClipRow, readClipTable } from './clip-table.ts'

/** Texts by the names of clips or of their videos. */
export interface Captions {
  /** The row of the first of these names that has one. */
  of(names: readonly string[]): ClipRow | undefined
  /** Names that nobody asked for. */
  unused(): string[]
  /** Columns that mean nothing here. */
  ignored: readonly string[]
}

/** @throws KinemetricError `bad-dataset` with file, line and field; a name twice is one of them */
export async function readCaptions(path: string): Promise<Captions> {
  const { rows, ignored } = await readClipTable(path)
  // Tables of texts often have it, and of what it is said here the videos say it themselves.
  if (rows.some(({ fps }) => fps !== undefined)) ignored.push('fps')
  const texts = new Map<string, ClipRow>()
  for (const row of rows) {
    const where = `${path}:${row.line}`
    if (row.start !== undefined || row.top !== undefined)
      throw benchmarkError('bad-dataset', where, {
        expected: 'texts alone',
        found: 'a window, which belongs to --clips',
      })
    const name = row.id ?? nameOf(row.video ?? '', false)
    for (const key of new Set([row.id ?? row.video ?? '', name])) {
      const earlier = texts.get(key)
      if (earlier !== undefined && key === name)
        throw benchmarkError('bad-dataset', where, {
          expected: 'every clip once',
          found: `${key} again (first on line ${earlier.line})`,
        })
      texts.set(key, row)
    }
  }
  const used = new Set<number>()
  return {
    ignored,
    of: (names) => {
      const row = names.map((name) => texts.get(name)).find((found) => found !== undefined)
      if (row !== undefined) used.add(row.line)
      return row
    },
    unused: () => rows.filter(({ line }) => !used.has(line)).map(({ id, video }) => id ?? video ?? ''),
  }
}
