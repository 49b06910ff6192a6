// What two builds wrote, compared: records, tables and everything beside them. Pure but for reading the two folders.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { readTable, type TableRow } from '@kinemetric/records'

/** A difference: where (file and what of it), and both sides. */
export interface Difference {
  readonly place: string
  readonly old: string
  readonly new: string
}

/** Relative differences up to these are none: sums may be taken in another order, and networks round by the type of the CPU. */
const tolerance = { exact: 1e-12, network: 1e-6, networkFrame: 1e-5 }

/** Metrics whose values come out of a network, where another type of CPU gives other last digits. */
const ofNetworks = /^(lpips|fid|kid|fvd|kvd)$/

/** When it ran, for how long and in how much memory: never the same twice. */
const ofTheRun = /(^|\.)(started|finished|wallMs|seconds|peakRssBytes|timingsMs(\..*)?)$/

/** Bounds of intervals and the tests beside them are not compared: they are drawn, and said to be so. */
const drawn = /(^|\.)interval(\.|$)|^comparisons\.\d+\.(pValue|better)$/

/**
 * All differences between two folders.
 * @param otherCpu whether they were made on CPUs of different types, so that values of networks may differ in their last digits
 */
export async function compareFolders(old: string, other: string, otherCpu = false): Promise<Difference[]> {
  const names = { old: await filesOf(old), new: await filesOf(other) }
  const differences: Difference[] = []
  for (const name of new Set([...names.old, ...names.new].sort())) {
    if (!names.old.has(name)) differences.push({ place: name, old: 'nothing', new: 'a file' })
    else if (!names.new.has(name)) differences.push({ place: name, old: 'a file', new: 'nothing' })
    else {
      const found = await compareFiles(join(old, name), join(other, name), otherCpu)
      differences.push(...found.map((each) => ({ ...each, place: each.place === '' ? name : `${name} ${each.place}` })))
    }
  }
  return differences
}

async function filesOf(folder: string): Promise<Set<string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  return new Set(
    files.map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll(sep, '/'),
    ),
  )
}

async function compareFiles(old: string, other: string, otherCpu: boolean): Promise<Difference[]> {
  const [one, two] = [readFileSync(old), readFileSync(other)]
  if (one.equals(two)) return []
  if (old.endsWith('.parquet')) return compareTables(await readTable(old), await readTable(other), otherCpu)
  if (old.endsWith('.json')) return compareValues(JSON.parse(one.toString()), JSON.parse(two.toString()), otherCpu)
  // Tables and pages by their cells: in which order columns stand is no difference.
  if (/\.(md|tex|csv|html)$/.test(old)) return compareText(cellsOf(one.toString()), cellsOf(two.toString()))
  // Where types stood in a script of the site, blanks stay.
  if (old.endsWith('.js')) return compareText(withoutBlanks(one.toString()), withoutBlanks(two.toString()))
  if (/\.(txt|css|jsonl)$/.test(old)) return compareText(one.toString(), two.toString())
  return [{ place: '', old: sha256(one), new: sha256(two) }]
}

/** Differences of two JSON values, by their paths: `scores.psnr frame-mean.value`. */
export function compareValues(
  old: unknown,
  other: unknown,
  otherCpu = false,
  path = '',
  network = false,
): Difference[] {
  if (ofTheRun.test(path) || drawn.test(path) || (otherCpu && path === 'provenance.machine')) return []
  if (isObject(old) && isObject(other)) {
    const [one, two] = [byName(old), byName(other)]
    const inside = network || (typeof old.metric === 'string' && ofNetworks.test(old.metric))
    const orders = [keysOf(one, two), keysOf(two, one)]
    return [
      ...(orders[0] === orders[1] ? [] : [{ place: `${path} order`, old: orders[0], new: orders[1] }]),
      ...Object.keys({ ...one, ...two }).flatMap((key) =>
        compareValues(one[key], two[key], otherCpu, path === '' ? key : `${path}.${key}`, inside),
      ),
    ]
  }
  const same =
    typeof old === 'number' && typeof other === 'number'
      ? isClose(old, other, otherCpu && network ? tolerance.network : tolerance.exact)
      : old === other
  return same ? [] : [{ place: path, old: shown(old), new: shown(other) }]
}

/** An object as it is; an array by what its elements are called, where they are called something and no two the same. */
function byName(value: Record<string, unknown>): Record<string, unknown> {
  if (!Array.isArray(value)) return value
  const names = value.map((element: unknown, index) => nameOfElement(element) ?? String(index))
  return new Set(names).size === names.length ? Object.fromEntries(names.map((name, at) => [name, value[at]])) : value
}

function nameOfElement(element: unknown): string | undefined {
  if (!isObject(element)) return undefined
  const { id, clip, metric, recipe, with: against } = element
  const parts = [id, clip, metric, recipe, isObject(against) ? against.id : undefined]
  const name = parts.filter((part) => typeof part === 'string').join(' ')
  return name === '' ? undefined : name
}

/** Differences of two tables, row by row, whatever their order; frame -1 is the clip. */
export function compareTables(old: readonly TableRow[], other: readonly TableRow[], otherCpu = false): Difference[] {
  const values = new Map(other.map((row) => [nameOf(row), row.value]))
  const differences: Difference[] = []
  for (const row of old) {
    const name = nameOf(row)
    const value = values.get(name)
    values.delete(name)
    const frame = row.frame === -1 ? tolerance.network : tolerance.networkFrame
    const allowed = otherCpu && ofNetworks.test(row.metric) ? frame : tolerance.exact
    if (value === undefined || !isClose(row.value, value, allowed))
      differences.push({ place: name, old: shown(row.value), new: shown(value) })
  }
  return [...differences, ...[...values].map(([place, value]) => ({ place, old: 'nothing', new: shown(value) }))]
}

/** Lines that only one of two texts has. */
export function compareText(old: string, other: string): Difference[] {
  if (old === other) return []
  const lines = { old: old.split('\n'), new: other.split('\n') }
  const gone = lines.old.filter((line) => !lines.new.includes(line))
  const added = lines.new.filter((line) => !lines.old.includes(line))
  if (gone.length === 0 && added.length === 0) return [{ place: '', old: 'lines', new: 'the same in another order' }]
  return Array.from({ length: Math.max(gone.length, added.length) }, (_, at) => ({
    place: 'line',
    old: clipped(gone[at]),
    new: clipped(added[at]),
  }))
}

/** What stands between the rules and tags of a table or page, sorted, each in a line. */
function cellsOf(text: string): string {
  const cells = text.split(/<[^>]*>|[|&\n]|\\\\| {2,}/).map((cell) => cell.trim())
  return cells
    .filter((cell) => !/^[─:\s-]*$/.test(cell))
    .sort()
    .join('\n')
}

function withoutBlanks(text: string): string {
  return text.replaceAll(/[^\S\n]+/g, '')
}

function nameOf({ clip, frame, metric, recipe }: TableRow): string {
  return `${metric} ${recipe} ${clip} frame ${frame}`
}

/** The keys that two objects share, in the order of the first. */
function keysOf(own: object, other: object): string {
  return Object.keys(own)
    .filter((key) => key in other)
    .join(', ')
}

function isClose(a: number, b: number, relative: number): boolean {
  return Object.is(a, b) || Math.abs(a - b) <= relative * Math.max(Math.abs(a), Math.abs(b))
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : clipped(JSON.stringify(value))
}

function clipped(text: string | undefined): string {
  if (text === undefined) return 'nothing'
  return text.length > 160 ? `${text.slice(0, 160)}…` : text
}

function sha256(bytes: Uint8Array): string {
  return `sha256 ${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}…`
}
