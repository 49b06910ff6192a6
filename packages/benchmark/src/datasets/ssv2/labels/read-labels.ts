import { basename } from 'node:path'
import { countOf } from '@kinemetric/files'
import { type FoundLabels, findLabels } from './find-labels.ts'
import { classesOf, idsOf, isFilled, type LabelRow, labelRowsOf, parseLabelFile } from './label-rows.ts'
import { labelFiles, type Split } from './releases.ts'

/** What is said of a label file. */
export interface LabelFileFacts {
  name: string
  rows: number
  /** Without carriage returns, and of its bytes. */
  sha256: string
  bytesSha256: string
  /** Whether it is the published file: null where that is not known. */
  official: boolean | null
}

export interface Labels {
  rows: LabelRow[]
  layout: FoundLabels['layout']
  files: LabelFileFacts[]
  /** Every id of every split whose file is there. */
  known: ReadonlySet<string>
  /** In words, what is odd. */
  notes: string[]
}

/**
 * The labels of a split, and what can be said of the copy that they are of. @throws KinemetricError `bad-dataset`
 */
export async function readLabels(folder: string, split: Split): Promise<Labels> {
  const found = await findLabels(folder, split)
  const facts: LabelFileFacts[] = []
  const notes: string[] = []
  const known = new Set<string>()
  const read = async (what: (typeof labelFiles)[number]['what']) => {
    const name = found.files.get(what)
    if (name === undefined) return undefined
    const file = await parseLabelFile(found.folder, name)
    const { rows, sha256 } = labelFiles.find((each) => each.what === what) ?? labelFiles[0]
    const count = what === 'labels' ? rowsIn(file.value) : idsOf(file).length
    // The train file's hash was published nowhere: its number of rows is held against the published one.
    const official = sha256 === undefined ? (count === rows ? null : false) : sha256 === file.sha256
    facts.push({ name, rows: count, sha256: file.sha256, bytesSha256: file.bytesSha256, official })
    if (official === false) notes.push(otherRelease(name, { count, rows, sha256: file.sha256, expected: sha256 }))
    return file
  }
  const labels = await read('labels')
  const classes = labels === undefined ? new Set<string>() : classesOf(labels)
  let rows: LabelRow[] = []
  for (const what of ['train', 'validation', 'test'] as const) {
    // Rows of the other splits only say which videos are whose: what is wrong with them is not this split's trouble.
    const file = await read(what).catch((error: unknown) => {
      if (what === split) throw error
      notes.push(`${found.files.get(what)} cannot be read, so that videos of that split count as having no row`)
      return undefined
    })
    if (file === undefined) continue
    if (what === split) {
      const { repeated, ...own } = labelRowsOf(file, classes)
      rows = own.rows
      const name = basename(file.path)
      if (repeated.length > 0)
        notes.push(`rows of ${name} that stand there several times count once: ${shownOf(repeated)}`)
    }
    for (const id of idsOf(file)) known.add(id)
  }
  const unfilled = rows.filter((row) => !isFilled(row))
  if (unfilled.length > 0) {
    const shown = shownOf(unfilled.map(({ id }) => id))
    notes.push(
      `${countOf(unfilled.length, 'row')} whose template with its placeholders does not give the label, as in Something-Else’s splits: ${shown}`,
    )
  }
  return { rows, layout: found.layout, files: facts, known, notes }
}

function shownOf(ids: readonly string[]): string {
  return `${ids.slice(0, 5).join(', ')}${ids.length > 5 ? ', …' : ''}`
}

function rowsIn(value: unknown): number {
  return typeof value === 'object' && value !== null ? Object.keys(value).length : 0
}

function otherRelease(
  name: string,
  { count, rows, sha256, expected }: { count: number; rows: number; sha256: string; expected: string | undefined },
): string {
  const hashes = expected === undefined ? '' : `; SHA-256 without carriage returns ${sha256}, published ${expected}`
  return `${name} is not the published file: ${count} rows of ${rows}${hashes}`
}
