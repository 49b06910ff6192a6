import { basename, extname } from 'node:path'
import { fileError, parseJson, readTextFile } from '@kinemetric/files'
import { csvRows } from '../store/csv-rows.ts'

/** What a file of anybody's says of clips: words by column. */
export interface ClipColumns {
  /** The file's name, without its folder. */
  file: string
  /** Its clips, in its order. */
  clips: ReadonlySet<string>
  /** Columns beside the clip's name, in the order in which they come. */
  names: readonly string[]
  /** The words of a column by clip; a clip without any has none. */
  of(column: string): ReadonlyMap<string, string>
}

/** How a file calls a clip: the first of these that it has. */
const clipNames = ['clip', 'id', 'video'] as const
/** Endings of files: a list of files names its clips with them. */
const endings = new Set(['.mp4', '.webm', '.mov', '.mkv', '.avi', '.m4v', '.gif'])

/** A line of the file. */
interface Row {
  where: string
  cells: ReadonlyMap<string, string>
}

/**
 * Reads what is known of clips: CSV (RFC 4180, names of columns in its first line), JSON Lines, or a JSON list of objects, as Something-Something's own label files
 * are. One column is the clip (`clip`, `id` or `video`), the others are words about it (`class`, `template`, `label`, …): numbers are taken as written, other than
 * text and numbers is passed over.
 * @throws KinemetricError `invalid` for a file without clips, and for a clip of two words in one column, naming the line; `not-found`, `not-regular`, `too-large`
 */
export async function readClipColumns(path: string): Promise<ClipColumns> {
  const text = await readTextFile(path)
  const rows = isJson(path, text) ? jsonRows(path, text) : textRows(path, text)
  const clipColumn = clipNames.find((name) => rows.some(({ cells }) => cells.has(name)))
  if (clipColumn === undefined)
    throw fileError('invalid', path, {
      expected: `clips: a column or field named ${clipNames.join(', ')}`,
      found: rows.length === 0 ? 'nothing' : [...rows[0].cells.keys()].join(', '),
    })
  const columns = new Map<string, Map<string, string>>()
  const clips = new Set<string>()
  for (const { where, cells } of rows) {
    const clip = clipOf(cells.get(clipColumn) ?? '')
    if (clip === '') throw fileError('invalid', where, { expected: 'a clip', found: 'none' })
    clips.add(clip)
    for (const [name, word] of cells) {
      if (name === clipColumn) continue
      const column = columns.get(name) ?? new Map<string, string>()
      columns.set(name, column)
      if (word === '') continue
      const before = column.get(clip)
      if (before !== undefined && before !== word)
        throw fileError('invalid', where, {
          expected: `one ${name} a clip`,
          found: `${word} for ${clip}, which has ${before} before`,
        })
      column.set(clip, word)
    }
  }
  const none: ReadonlyMap<string, string> = new Map()
  return { file: basename(path), clips, names: [...columns.keys()], of: (column) => columns.get(column) ?? none }
}

/** `a.mp4` names the clip a. */
function clipOf(text: string): string {
  const name = text.trim().normalize('NFC')
  const ending = extname(name)
  return endings.has(ending.toLowerCase()) ? name.slice(0, -ending.length) : name
}

function isJson(path: string, text: string): boolean {
  return /\.(json|jsonl|ndjson)$/i.test(path) || /^\s*[[{]/.test(text)
}

function jsonRows(path: string, text: string): Row[] {
  const list = text.trimStart().startsWith('[') ? parsed(path, text) : undefined
  if (Array.isArray(list)) return list.map((value: unknown, at) => jsonRow(`${path}, entry ${at + 1}`, value))
  return text
    .split('\n')
    .map((line, at) => ({ line: line.trim(), where: `${path}:${at + 1}` }))
    .filter(({ line }) => line !== '')
    .map(({ line, where }) => jsonRow(where, parsed(where, line)))
}

function parsed(where: string, text: string): unknown {
  try {
    return parseJson(text)
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : String(cause)
    throw fileError('invalid', where, { expected: 'JSON', found }, { cause })
  }
}

function jsonRow(where: string, value: unknown): Row {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw fileError('invalid', where, { expected: 'an object', found: JSON.stringify(value).slice(0, 60) })
  const words = Object.entries(value).flatMap(([name, word]: [string, unknown]): [string, string][] =>
    typeof word === 'string' || typeof word === 'number' ? [[name, String(word).trim()]] : [],
  )
  return { where, cells: new Map(words) }
}

function textRows(path: string, text: string): Row[] {
  const [head, ...body] = csvRows(path, text)
  if (head === undefined) return []
  const names = head.cells.map((name) => name.trim())
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  if (twice !== undefined) throw fileError('invalid', path, { expected: 'each column once', found: `${twice} twice` })
  return body.map(({ line, cells }) => ({
    where: `${path}:${line}`,
    cells: new Map(names.map((name, at): [string, string] => [name, (cells[at] ?? '').trim()])),
  }))
}
