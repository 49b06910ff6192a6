import type { Interval, KinemetricRecord, RankedMethod, Score } from '@kinemetric/records'
import { type BoardColumn, columnKey, columnTitle } from './board-columns.ts'
import { formatInterval, formatNumber } from './format-score.ts'
import { shortText } from './presentable.ts'

/** Methods are ranked; the others stand below a rule, a group each. */
export type RowGroup = 'method' | 'trivial' | 'floor' | 'ceiling'

export const rowGroups: readonly RowGroup[] = ['method', 'trivial', 'floor', 'ceiling']

export interface BoardCell {
  /** The record's own score, over all clips that it scored. */
  score: Score
  /** What is printed: in a ranked column the value over the common clips, elsewhere the record's own. */
  value: number | null
  text: string
  /** Of the method alone, over the clips that the printed value is over; null where nobody knows it. */
  interval: Interval | null
  /** `[0.671, 0.689]` or ''. */
  intervalText: string
  /** Clips behind the printed value (rows, for a distance between sets), and the source videos behind these. */
  n: number
  units: number
  /** Place among the ranked methods; null where the method is not ranked in this column. */
  rank: RankedMethod | null
  /** Words that belong behind the value: `at the floor`, `not above chance`. */
  tags: string[]
  /** Why it is not ranked, where others of the column are; '' elsewhere. */
  unranked: string
  /** Indices into the board's notes. */
  notes: number[]
}

export interface BoardRow {
  record: KinemetricRecord
  id: string
  name: string
  group: RowGroup
  /** Whether it is a trivial baseline, a floor or a ceiling: never ranked. */
  trivial: boolean
  cells: (BoardCell | null)[]
  notes: number[]
}

/** Footnotes without repetition. */
export class NoteList {
  readonly texts: string[] = []

  add(text: string): number {
    const index = this.texts.indexOf(text)
    return index >= 0 ? index : this.texts.push(text) - 1
  }
}

/** A name is no paragraph. */
const mostLetters = 120

/** A record as a row of a board with these columns. */
export function boardRow(record: KinemetricRecord, columns: readonly BoardColumn[], notes: NoteList): BoardRow {
  const { failures, clips, method } = record
  const group = groupOf(method)
  const rowNotes: number[] = []
  if (clips.failed > 0 || failures.length > 0) rowNotes.push(notes.add(failureNote(record)))
  if (record.samples !== undefined) rowNotes.push(notes.add(samplesNote(record.samples)))
  for (const warning of record.warnings ?? []) rowNotes.push(notes.add(warning))
  return {
    record,
    id: method.id,
    name: shortText(method.name, mostLetters),
    group,
    trivial: group !== 'method',
    cells: columns.map((column) => boardCell(record, column, notes)),
    notes: rowNotes,
  }
}

function boardCell(record: KinemetricRecord, column: BoardColumn, notes: NoteList): BoardCell | null {
  const score = record.scores.find((entry) => columnKey(entry) === column.key)
  if (score === undefined) return null
  const { id, name } = record.method
  const { compared, decimals } = column
  const found = compared?.ranks.find(({ method }) => method === id) ?? null
  // Over the very clips that the record has, its own value is meant: a recipe that pools is no mean of the clips' values.
  const whole = found === null || compared?.clips.common === score.n
  const value = whole ? score.value : found.value
  // The first of one is no rank.
  const rank = (compared?.ranks.length ?? 0) > 1 ? found : null
  const own = whole || (found.interval === undefined && value === score.value) ? score.interval : commonInterval(found)
  const interval = isInterval(own) ? own : null
  const unranked = compared?.unranked.find(({ method }) => method === id)?.reason ?? ''
  const cellNotes = (score.warnings ?? []).map((warning) => notes.add(`${columnTitle(column)}: ${warning}`))
  if (unranked !== '') cellNotes.push(notes.add(`${columnTitle(column)}: ${name} is not ranked (${unranked}).`))
  const over =
    found !== null && compared !== null
      ? { n: compared.clips.common, units: compared.units }
      : { n: score.n, units: score.details?.units ?? score.n }
  return {
    score,
    value,
    text: formatNumber(value, decimals),
    interval,
    intervalText: interval === null ? '' : formatInterval(interval, decimals),
    ...over,
    rank,
    tags: tagsOf(score, id, found, column),
    unranked,
    notes: cellNotes,
  }
}

function groupOf({ bound, trivial }: KinemetricRecord['method']): RowGroup {
  return bound ?? (trivial ? 'trivial' : 'method')
}

function tagsOf(score: Score, id: string, rank: RankedMethod | null, { compared }: BoardColumn): string[] {
  const chance = compared?.aboveChance?.find(({ method }) => method === id)
  return [
    ...((rank?.atFloor ?? score.details?.floor?.atFloor) === true ? ['at the floor'] : []),
    ...(chance?.above === false ? ['not above chance'] : []),
    ...(score.better === 'higher' && score.value !== null && score.value === score.details?.probe?.floor
      ? ['as if nothing moved']
      : []),
  ]
}

/** Of a value over the common clips; `compareResults` makes it like a record's own. */
function commonInterval({ interval }: RankedMethod): Interval | null {
  return interval === null || interval === undefined ? null : { ...interval, level: 0.95, method: 'hall-t' }
}

/** An interval of no width says nothing: all clips had the same value. */
function isInterval(interval: Interval | null): interval is Interval {
  return interval !== null && interval.low < interval.high
}

function samplesNote({ fewest, most }: NonNullable<KinemetricRecord['samples']>): string {
  return `A clip’s value is the mean over its ${fewest === most ? most : `${fewest} to ${most}`} samples.`
}

function failureNote({ failures, clips }: KinemetricRecord): string {
  const reasons = new Map<string, number>()
  for (const { reason } of failures) reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
  const list = [...reasons].map(([reason, count]) => (reasons.size > 1 ? `${reason} ${count}` : reason)).join(', ')
  // More failures than failed clips: a generated clip without a reference is none of the protocol's clips.
  const failed =
    failures.length === clips.failed
      ? `${clips.failed} failed`
      : `${failures.length} failure${failures.length === 1 ? '' : 's'}`
  return `Scored over ${clips.scored} of ${clips.total} clips; ${failed}${list === '' ? '' : `: ${list}`}.`
}
