import { fileError, readTextFile } from '@kinemetric/files'
import { csvRows } from './csv-rows.ts'

/** Numbers of any other tool: a value for each clip and method. */
export interface ClipValuesFile {
  /** In the order in which the file names them. */
  methods: { method: string; values: Map<string, number> }[]
  /** Every clip that the file names. */
  clips: string[]
  unitOf: ReadonlyMap<string, string>
  weightOf: ReadonlyMap<string, number>
  /** Rows without a finite value, and why: the clip has no value there. */
  missing: { line: number; clip: string; method: string; found: string }[]
}

const REQUIRED = ['clip', 'method', 'value'] as const
const KNOWN = [...REQUIRED, 'unit', 'weight'] as const
type Column = (typeof KNOWN)[number]
type Row = Partial<Record<Column, string>>

/** How other tools write that there is no number. */
const NONE = new Set(['', 'nan', 'na', 'n/a', 'null', 'none', '-'])
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i
/** Squares and sums of such numbers stay finite. */
const LARGEST = 1e100
const INFINITE = /^[+-]?inf(inity)?$/

/**
 * Reads a CSV file (RFC 4180, UTF-8, with or without a byte order mark) with the columns `clip,method,value` and, optionally, `unit` (the source video
 * that the clip is of) and `weight` (above 0); others are passed over. NaN, an empty cell or an infinite number is a missing value.
 *
 * @throws KinemetricError `invalid` naming file and line; `not-found`, `not-regular`, `too-large` (above 256 MiB)
 */
export async function readValuesFile(path: string): Promise<ClipValuesFile> {
  return parseValues(path, await readTextFile(path))
}

/** The same from text. @param where names it in errors */
export function parseValues(where: string, text: string): ClipValuesFile {
  const rows = records(where, text)
  const methods = new Map<string, Map<string, number>>()
  const seen = new Map<string, number>()
  const file: ClipValuesFile = { methods: [], clips: [], unitOf: new Map(), weightOf: new Map(), missing: [] }
  const units = new Map<string, string>()
  const weights = new Map<string, number>()
  for (const { line, row } of rows) {
    const at = `${where}:${line}`
    const { value = '' } = row
    // One name in any Unicode form.
    const clip = (row.clip ?? '').normalize('NFC')
    const method = (row.method ?? '').normalize('NFC')
    if (clip === '' || method === '')
      throw fileError('invalid', at, { expected: 'a clip and a method', found: clip === '' ? 'no clip' : 'no method' })
    const key = JSON.stringify([clip, method])
    const before = seen.get(key)
    if (before !== undefined)
      throw fileError('invalid', at, {
        expected: 'one value a clip and method',
        found: `a second one of ${clip}, ${method} (the first in line ${before})`,
      })
    seen.set(key, line)
    const values = methods.get(method) ?? new Map<string, number>()
    methods.set(method, values)
    const number = valueOf(at, value)
    if (Number.isFinite(number)) values.set(clip, number)
    else file.missing.push({ line, clip, method, found: value })
    agree(units, clip, row.unit ?? clip, at, 'unit')
    agree(weights, clip, weightOf(at, row.weight), at, 'weight')
  }
  return {
    ...file,
    methods: [...methods].map(([method, values]) => ({ method, values })),
    clips: [...units.keys()],
    unitOf: units,
    weightOf: weights,
  }
}

function records(where: string, text: string): { line: number; row: Row }[] {
  const parsed = csvRows(where, text)
  const [head, ...body] = parsed
  const names = head?.cells.map((name) => name.trim().toLowerCase()) ?? []
  const lacking = REQUIRED.filter((name) => !names.includes(name))
  if (lacking.length > 0)
    throw fileError('invalid', where, {
      expected: `columns ${REQUIRED.join(', ')} in the first line`,
      found: names.length === 0 ? 'nothing' : names.join(', '),
    })
  const twice = KNOWN.find((name) => names.indexOf(name) !== names.lastIndexOf(name))
  if (twice !== undefined) throw fileError('invalid', where, { expected: 'each column once', found: `${twice} twice` })
  if (body.length === 0) throw fileError('invalid', where, { expected: 'at least one value', found: 'none' })
  return body.map(({ line, cells }) => {
    const row: Row = {}
    for (const name of KNOWN) {
      const at = names.indexOf(name)
      if (at >= 0) row[name] = cells[at]?.trim() ?? ''
    }
    return { line, row }
  })
}

function valueOf(at: string, text: string): number {
  const word = text.toLowerCase()
  if (NONE.has(word)) return Number.NaN
  if (INFINITE.test(word)) return word.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  if (!DECIMAL.test(text)) throw fileError('invalid', at, { expected: 'a number', found: text })
  const value = Number(text)
  if (Math.abs(value) > LARGEST)
    throw fileError('invalid', at, { expected: `a number of at most ${LARGEST}`, found: text })
  return value
}

function weightOf(at: string, text: string | undefined): number {
  if (text === undefined || text === '') return 1
  const weight = Number(text)
  if (!DECIMAL.test(text) || !(weight > 0 && weight <= LARGEST))
    throw fileError('invalid', at, { expected: 'a weight above 0', found: text })
  return weight
}

function agree<T>(known: Map<string, T>, clip: string, value: T, at: string, what: string): void {
  const before = known.get(clip)
  if (before !== undefined && before !== value)
    throw fileError('invalid', at, {
      expected: `one ${what} a clip`,
      found: `${String(value)} for ${clip}, which has ${String(before)} before`,
    })
  known.set(clip, value)
}
