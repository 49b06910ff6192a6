import type { Score } from '@kinemetric/records'
import type { BoardColumn } from './board-columns.ts'
import type { BoardRow } from './board-rows.ts'
import { formatNumber } from './format-score.ts'

/** A level that a method's numbers are held against, drawn below the rule and never ranked. */
export interface BoundRow {
  kind: 'floor' | 'ceiling'
  name: string
  /** Id of the method whose floor it is; '' where it is every method's. */
  method: string
  values: ({ value: number; text: string; n: number } | null)[]
}

/** Levels that are every method's. */
export const namesOfBounds = {
  halves: 'Second sample of the reference',
  still: 'Nothing moves',
  truth: 'The truth, through the same tracker',
  secondTake: 'A second take of these scenes',
} as const

/** What a method's own clips get against the references of other clips, as its record has it; null where it has none. */
export function unrelatedLevel(score: Score | undefined): { value: number; n: number } | null {
  const found = score?.details?.unrelated ?? score?.details?.motion?.shuffledBaseline
  return found === undefined || found.value === null ? null : { value: found.value, n: found.n }
}

/** What probes get where nothing moves, or of the truth itself; null where methods that were scored on other scenes have other ones. */
function probeLevel(
  rows: readonly BoardRow[],
  index: number,
  kind: 'floor' | 'ceiling',
  decimals: number,
): BoundRow['values'][number] {
  const found = rows.flatMap(({ cells }) => {
    const probe = cells[index]?.score.details?.probe
    return probe === undefined || probe[kind] === null ? [] : [{ value: probe[kind], n: probe.scenes }]
  })
  const [first] = found
  if (first === undefined || found.some(({ value }) => value !== first.value)) return null
  return { ...first, text: formatNumber(first.value, decimals) }
}

/** What another recording of the scenes would get; null where methods were scored on other ones. */
function secondTake(rows: readonly BoardRow[], index: number, decimals: number): BoundRow['values'][number] {
  const found = rows.flatMap(({ cells }) => {
    const score = cells[index]?.score
    const takes = score?.details?.takes
    return takes === undefined || takes.ceiling === null || score === undefined
      ? []
      : [{ value: takes.ceiling, n: score.n }]
  })
  const [first] = found
  if (first === undefined || found.some(({ value }) => value !== first.value)) return null
  return { ...first, text: formatNumber(first.value, decimals) }
}

/**
 * The floor of each method that has one, since it depends on the method: none is held against another's. Then, for distances between sets, what a second
 * sample of the reference would get, of probes what a video gets in which nothing moves, and the truth, and of scenes that were filmed twice the second take: these are
 * every method's.
 */
export function boundRows(rows: readonly BoardRow[], columns: readonly BoardColumn[]): BoundRow[] {
  const ofMethods = rows.map((row): BoundRow => {
    const values = row.cells.map((cell, index) => {
      const level = unrelatedLevel(cell?.score)
      return level && { ...level, text: formatNumber(level.value, columns[index].decimals) }
    })
    return { kind: 'floor', name: `Unrelated: ${row.name}`, method: row.id, values }
  })
  const halves = columns.map((_, index) => {
    const found = rows.flatMap(({ cells }) => cells[index]?.score.details?.floor ?? [])
    // Methods that were scored against other clips have other floors; the foot has them.
    if (found.length === 0 || found.some(({ text }) => text !== found[0].text)) return null
    const { high, text, rows: n } = found[0]
    return { value: high.mean, text, n }
  })
  const [still, truth] = (['floor', 'ceiling'] as const).map((kind): BoundRow => {
    const values = columns.map(({ decimals }, index) => probeLevel(rows, index, kind, decimals))
    return { kind, name: kind === 'floor' ? namesOfBounds.still : namesOfBounds.truth, method: '', values }
  })
  const recorded: BoundRow = {
    kind: 'ceiling',
    name: namesOfBounds.secondTake,
    method: '',
    values: columns.map(({ decimals }, index) => secondTake(rows, index, decimals)),
  }
  const ofAll: BoundRow = { kind: 'floor', name: namesOfBounds.halves, method: '', values: halves }
  return [...ofMethods, ofAll, still, truth, recorded].filter(({ values }) => values.some((value) => value !== null))
}
