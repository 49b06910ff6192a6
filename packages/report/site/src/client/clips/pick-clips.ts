import type { DecodedColumn } from '../../../../src/data-files/printed-codes.ts'
import type { ListChoice, ListOrder } from './list-choice.ts'

/** What clips are picked from. */
export interface ClipSource {
  clips: number
  classOf: Int32Array
  /** Lower case, a clip each: its id, label and class. */
  texts: readonly string[]
  /** The chosen metric's values by method. */
  columns: readonly DecodedColumn[]
  better: 'higher' | 'lower'
  decimals: number
  /** Columns of the further ranges, in their order. */
  ranges: readonly DecodedColumn[]
}

export interface PickedClips {
  /** Clips that fit, in order. */
  rows: Uint32Array
  /** What A is better by on each clip, as printed; NaN where one has none. */
  differences: Float64Array
  /** Clips that fit but for the range of differences: what the histogram counts. */
  drawn: Uint32Array
  /** Of the clips that fit and that both have. */
  both: number
  better: number
  worse: number
  /** Clips of each class under all other filters. */
  ofClass: Uint32Array
}

/** Picks and orders clips. All numbers that are held against limits are those that are printed; order is finer. */
export function pickClips(source: ClipSource, choice: ListChoice, classes: number): PickedClips {
  const { clips, classOf, columns, better, decimals } = source
  const sign = better === 'higher' ? 1 : -1
  const [a, b] = [columns[choice.a], columns[choice.b]]
  const differences = differencesOf(a, b, sign, decimals, clips)
  const fitsText = textFilter(source.texts, choice.text)
  const fitsOrder = orderFilter(source, choice.order, sign)
  const ofClass = new Uint32Array(classes)
  const drawn: number[] = []
  const rows: number[] = []
  let [both, larger, smaller] = [0, 0, 0]
  const byB = choice.order === 'ba'
  for (let clip = 0; clip < clips; clip++) {
    if (!fitsText(clip) || !fitsOrder(clip) || !fitsRanges(source, choice, clip)) continue
    const difference = differences[clip]
    const least = byB ? -difference : difference
    const fits =
      (choice.by === null || least >= choice.by) &&
      (choice.low === null || difference >= choice.low) &&
      (choice.high === null || difference <= choice.high)
    if (fits && classOf[clip] >= 0) ofClass[classOf[clip]]++
    if (choice.class >= 0 && classOf[clip] !== choice.class) continue
    if (!Number.isNaN(difference)) drawn.push(clip)
    if (!fits) continue
    rows.push(clip)
    if (Number.isNaN(difference)) continue
    both++
    if (difference > 0) larger++
    else if (difference < 0) smaller++
  }
  const ordered = inOrder(Uint32Array.from(rows), source, choice, sign)
  return { rows: ordered, differences, drawn: Uint32Array.from(drawn), both, better: larger, worse: smaller, ofClass }
}

/** A better by: the difference of what is printed. */
function differencesOf(
  a: DecodedColumn | undefined,
  b: DecodedColumn | undefined,
  sign: number,
  decimals: number,
  clips: number,
): Float64Array {
  const unit = 10 ** decimals
  const differences = new Float64Array(clips).fill(Number.NaN)
  if (a === undefined || b === undefined || a === b) return differences
  for (let clip = 0; clip < clips; clip++)
    differences[clip] = Math.round((a.printed[clip] - b.printed[clip]) * unit * sign) / unit
  return differences
}

/** All words must be there; a phrase stands in quotes. */
export function textFilter(texts: readonly string[], query: string): (clip: number) => boolean {
  const words = Array.from(query.toLowerCase().matchAll(/"([^"]+)"?|(\S+)/g), ([, phrase, word]) => phrase ?? word)
  return words.length === 0 ? () => true : (clip) => words.every((word) => texts[clip].includes(word))
}

function fitsRanges({ ranges }: ClipSource, choice: ListChoice, clip: number): boolean {
  return choice.ranges.every(({ low, high }, at) => ranges[at].printed[clip] >= low && ranges[at].printed[clip] <= high)
}

/** What a question leaves. */
function orderFilter({ columns }: ClipSource, order: ListOrder, sign: number): (clip: number) => boolean {
  if (order === 'none') return (clip) => columns.some(({ values }) => Number.isNaN(values[clip]))
  if (order !== 'fail') return () => true
  const limits = columns.map(({ values }) => lowestTenth(values, sign))
  return (clip) => columns.every(({ values }, method) => sign * values[clip] <= limits[method])
}

/** The value, turned so that more is better, below which a tenth of a method's clips lie. */
function lowestTenth(values: Float64Array, sign: number): number {
  const sorted = values.filter((value) => !Number.isNaN(value)).map((value) => sign * value)
  sorted.sort()
  return sorted.length === 0 ? -Infinity : sorted[Math.max(0, Math.ceil(sorted.length / 10) - 1)]
}

/** Orders by a key; clips without one stand last, equal ones in the order of all clips. */
function inOrder(rows: Uint32Array, { columns, better }: ClipSource, choice: ListChoice, sign: number): Uint32Array {
  const key = keyOf(columns, choice, sign, better)
  if (key === null) return rows
  const keys = new Map(Array.from(rows, (clip) => [clip, key(clip)]))
  return rows.sort((x, y) => {
    const [first, second] = [keys.get(x)!, keys.get(y)!]
    if (Number.isNaN(first) || Number.isNaN(second))
      return Number(Number.isNaN(first)) - Number(Number.isNaN(second)) || x - y
    return first === second ? x - y : first - second
  })
}

/** The smaller, the earlier. */
function keyOf(
  columns: readonly DecodedColumn[],
  { order, a, b }: ListChoice,
  sign: number,
  better: 'higher' | 'lower',
): ((clip: number) => number) | null {
  const [A, B] = [columns[a]?.values, columns[b]?.values]
  if ((order === 'ab' || order === 'ba') && A !== undefined && B !== undefined) {
    const turn = order === 'ab' ? -sign : sign
    return (clip) => turn * (A[clip] - B[clip])
  }
  if (order === 'a' && A !== undefined) return (clip) => sign * A[clip]
  if (order === 'b' && B !== undefined) return (clip) => sign * B[clip]
  if (order === 'apart') return (clip) => -spread(columns, clip)
  if (order === 'fail') return (clip) => sign * mean(columns, clip, better)
  return null
}

/** Standard deviation over the methods that have a value. */
function spread(columns: readonly DecodedColumn[], clip: number): number {
  const values = columns.map((each) => each.values[clip]).filter(Number.isFinite)
  if (values.length < 2) return Number.NaN
  const middle = values.reduce((sum, value) => sum + value, 0) / values.length
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1))
}

function mean(columns: readonly DecodedColumn[], clip: number, better: 'higher' | 'lower'): number {
  const values = columns.map((each) => each.values[clip]).filter(Number.isFinite)
  if (values.length === 0) return better === 'higher' ? Infinity : -Infinity
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
