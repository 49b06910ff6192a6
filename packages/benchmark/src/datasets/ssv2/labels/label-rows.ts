import { countOf, hashBytes, isError, parseJson, readRegularFile } from '@kinemetric/files'
import { join } from 'node:path'
import { z } from 'zod'
import { benchmarkError } from '../../../failures/benchmark-error.ts'
import { classCount, classOf } from './classes.ts'

/** A row of the train or validation file: a video, its label, the label's class, and what its slots were filled with. */
export interface LabelRow {
  id: string
  label: string
  template: string
  placeholders: string[]
}

/** A file's parsed content. */
export interface ParsedFile {
  path: string
  value: unknown
  /** Without carriage returns, by which two releases with different line ends are one. */
  sha256: string
  /** Of its bytes. */
  bytesSha256: string
}

/** @throws KinemetricError `bad-dataset` where it is no readable JSON */
export async function parseLabelFile(folder: string, name: string): Promise<ParsedFile> {
  const path = join(folder, name)
  try {
    const bytes = Buffer.from(await readRegularFile(path, { maxBytes: 2 ** 29 - 32 }))
    if (bytes.length === 0) throw new Error('an empty file (0 bytes)')
    const unix = withoutReturns(bytes)
    return { path, value: parseJson(unix.toString('utf8')), sha256: hashBytes(unix), bytesSha256: hashBytes(bytes) }
  } catch (cause) {
    const found = cause instanceof Error ? (isError(cause) ? cause.sentence : cause.message) : String(cause)
    throw benchmarkError('bad-dataset', path, { expected: 'a label file of Something-Something-v2', found }, { cause })
  }
}

function withoutReturns(bytes: Buffer): Buffer {
  if (!bytes.includes(0x0d)) return bytes
  const kept = Buffer.allocUnsafe(bytes.length)
  let length = 0
  for (const byte of bytes) if (byte !== 0x0d) kept[length++] = byte
  return kept.subarray(0, length)
}

/**
 * The classes of `labels.json`: an object of 174 class names, each with its index as a text.
 * @throws KinemetricError `bad-dataset`, saying whose file it seems to be
 */
export function classesOf({ path, value }: ParsedFile): ReadonlySet<string> {
  const refuse = (found: string) => {
    const expected = `${classCount} class names of Something-Something-v2 with their indices "0" to "${classCount - 1}"`
    return benchmarkError('bad-dataset', path, { expected, found })
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refuse(kindOf(value))
  const entries = Object.entries(value)
  if (entries.length > 0 && entries.every(([name, index]) => /^\d+$/.test(name) && typeof index === 'string'))
    throw refuse(`${entries.length} indices with class names, the other way round: the labels of another data set`)
  if (entries.length > 0 && entries.every(([, index]) => typeof index === 'number'))
    throw refuse(`${entries.length} classes with numbers for indices: the labels of one of Something-Else’s splits`)
  const indices = new Set(entries.map(([, index]) => String(index)))
  const all = Array.from({ length: classCount }, (_, index) => String(index))
  if (entries.length !== classCount || !all.every((index) => indices.has(index)))
    throw refuse(
      `${countOf(entries.length, 'entry', 'entries')} (${entries
        .slice(0, 2)
        .map(([name]) => JSON.stringify(name))
        .join(', ')}, …)`,
    )
  return new Set(entries.map(([name]) => name))
}

const rowSchema = z.strictObject({
  id: z.string().regex(/^\d{1,12}$/),
  label: z.string(),
  template: z.string(),
  placeholders: z.array(z.string()),
})

/**
 * The rows of a split's file. A row that stands there twice counts once, and is in `repeated`.
 * @throws KinemetricError `bad-dataset` for no rows at all, for rows of another data set, for a class that `labels.json` does not have
 */
export function labelRowsOf(
  { path, value }: ParsedFile,
  classes: ReadonlySet<string>,
): { rows: LabelRow[]; repeated: string[] } {
  const refuse = (found: string, where = path) =>
    benchmarkError('bad-dataset', where, {
      expected: 'rows {"id", "label", "template", "placeholders"} of Something-Something-v2',
      found,
    })
  if (!Array.isArray(value)) throw refuse(kindOf(value))
  if (value.length === 0) throw refuse('none')
  const rows = new Map<string, LabelRow>()
  const repeated = new Set<string>()
  for (const [index, each] of (value as unknown[]).entries()) {
    const where = `${path}: row ${index + 1}`
    const parsed = rowSchema.safeParse(each)
    if (!parsed.success) throw refuse(strangerOf(each), where)
    const row = parsed.data
    if (!classes.has(classOf(row.template))) {
      const found = `the class ${JSON.stringify(row.template)}, which labels.json does not have`
      throw refuse(found, where)
    }
    const before = rows.get(row.id)
    if (before !== undefined && JSON.stringify(before) !== JSON.stringify(row))
      throw refuse(`video ${row.id} again, with another label`, where)
    if (before !== undefined) repeated.add(row.id)
    rows.set(row.id, row)
  }
  return { rows: [...rows.values()], repeated: [...repeated] }
}

/** The ids of any file with rows, test rows included; none of a file of another form. */
export function idsOf({ value }: ParsedFile): string[] {
  if (!Array.isArray(value)) return []
  return (value as unknown[]).flatMap((row) =>
    typeof row === 'object' && row !== null && 'id' in row && typeof row.id === 'string' ? [row.id] : [],
  )
}

/** Whether filling a row's template with its placeholders gives its label, but for the first letter: true of every official row. */
export function isFilled({ label, template, placeholders }: LabelRow): boolean {
  let slot = 0
  const filled = template.replaceAll(/\[[^\]]*\]/g, () => placeholders[slot++] ?? '')
  return slot === placeholders.length && lowerFirst(filled) === lowerFirst(label)
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}

/** What a row that does not fit seems to be. */
function strangerOf(row: unknown): string {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) return kindOf(row)
  if ('new_placeholdes' in row) return 'a row of one of Something-Else’s splits (new_placeholdes)'
  const keys = Object.keys(row)
  if (keys.length === 1 && 'id' in row) return 'a row of the test split, which has no labels'
  if ('id' in row && typeof row.id === 'number') return `an id that is a number (${keys.join(', ')})`
  return `{${keys.join(', ')}}`
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (typeof value === 'object' && value !== null)
    return `an object of ${Object.keys(value).length} (${Object.keys(value).slice(0, 3).join(', ')}, …)`
  return value === null ? 'null' : typeof value
}
