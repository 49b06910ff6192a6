import { type BoardColumn, columnTitle } from '../board/board-columns.ts'
import type { Leaderboard } from '../board/assemble-leaderboards.ts'
import { differenceDecimals, formatInterval, formatNumber } from '../board/format-score.ts'
import { pairOf, type PairView, pWords, verdictWords } from '../board/pair-view.ts'
import { counted, countText, listed } from '../board/summary/counted-words.ts'
import { element, type Markup } from '../markup/element.ts'
import { tableHead } from '../markup/table-head.ts'
import { pairClass, smallestSeen } from './pair-matrix.ts'

/** What one column says of two methods; `view` is null where they were not compared in it. */
export interface ComparedMetric {
  column: BoardColumn
  title: string
  view: PairView | null
  /** Why there is none; '' elsewhere. */
  why: string
}

/** Each column of a board as method `a` against `b` sees it. */
export function comparedMetrics(board: Leaderboard, a: string, b: string): ComparedMetric[] {
  return board.columns.map((column, index) => {
    const pairs = [...(column.compared?.pairs ?? []), ...(column.compared?.trivialPairs ?? [])]
    const view = column.compared === null ? null : pairOf(pairs, a, b)
    return { column, title: columnTitle(column), view, why: view === null ? whyNot(board, index, a, b) : '' }
  })
}

function whyNot({ columns, rows }: Leaderboard, index: number, a: string, b: string): string {
  const { compared } = columns[index]
  const missing = [a, b].filter((id) => (rows.find((row) => row.id === id)?.cells[index] ?? null) === null)
  const nameOf = (id: string) => rows.find((row) => row.id === id)?.name ?? id
  if (missing.length > 0) return `not measured for ${listed(missing.map(nameOf))}`
  if (compared?.reason !== undefined) return compared.reason
  const unranked = compared?.unranked.find(({ method }) => method === a || method === b)
  return unranked === undefined ? 'no comparison' : `no comparison: ${nameOf(unranked.method)} is ${unranked.reason}`
}

/** What can be said of two methods together, sentence by sentence; no sum over metrics, no overall verdict. */
export function compareSentences(metrics: readonly ComparedMetric[], nameA: string, nameB: string): string[] {
  const found = metrics.flatMap(({ view, column, title }) => (view === null ? [] : [{ view, column, title }]))
  if (found.length === 0) return ['These two were compared in no metric.']
  if (found.every(({ view }) => view.pair.verdict === 'identical')) return ['Every frame of both is identical.']
  const of = (keep: (view: PairView) => boolean) => found.filter(({ view }) => keep(view)).map(({ title }) => title)
  const better = of(({ separated }) => separated === 'better')
  const worse = of(({ separated }) => separated === 'worse')
  const separated = [
    ...(better.length > 0 ? [`${better.join(', ')} for ${nameA}`] : []),
    ...(worse.length > 0 ? [`${worse.join(', ')} for ${nameB}`] : []),
  ]
  const unresolved = found.flatMap(({ view, column, title }) => {
    if (view.pair.verdict !== 'not-resolved') return []
    const needed = view.pair.resolution
    return [needed === undefined ? title : `${title} (at least ${formatNumber(needed, column.decimals)} needed)`]
  })
  const clips = found.map(({ column }) => column.compared?.clips.common ?? 0)
  const [least, most] = [Math.min(...clips), Math.max(...clips)]
  return [
    `On the ${least === most ? counted(most, 'clip') : `${countText(least)} to ${counted(most, 'clip')}`} that all ranked methods have.`,
    ...say('Separated', separated, '; '),
    ...say(
      'Not separated',
      of(({ pair }) => pair.verdict === 'not-separated'),
    ),
    ...say('Not resolved', unresolved),
    ...say(
      'Too few clips to separate',
      of(({ pair }) => pair.verdict === 'cannot-separate' && pair.moving !== 0),
    ),
    ...say(
      'Alike on every clip',
      of(({ pair }) => pair.verdict === 'cannot-separate' && pair.moving === 0),
    ),
    ...say(
      'Identical frames',
      of(({ pair }) => pair.verdict === 'identical'),
    ),
  ]
}

const half = 110
function say(words: string, names: readonly string[], mark = ', '): string[] {
  return names.length === 0 ? [] : [`${words}: ${names.join(mark)}.`]
}

/** Differences of more than so many units stand at the end of the axis. */
const furthest = 8

/** A row a metric: the difference turned so that right is better for A, on an axis of its own, in words, its p, and on how many clips it lies which way. */
export function compareTable(
  metrics: readonly ComparedMetric[],
  nameA: string,
  linkOf: (column: BoardColumn) => string,
): Markup {
  const units = metrics.map(({ view }) => (view === null ? 0 : reachOf(view)))
  const reach = Math.min(furthest, Math.max(1, ...units))
  const head = [
    'Metric',
    `Right is better for ${nameA}`,
    'Difference [interval]',
    'p after Holm',
    'Larger, smaller, neither',
  ]
  return element(
    'table',
    { class: 'compare cards', role: 'table', 'aria-labelledby': 'compare-caption' },
    tableHead(head, (at) => (at > 0 ? 'text' : undefined)),
    element(
      'tbody',
      { role: 'rowgroup' },
      metrics.map((metric) => row(metric, linkOf, reach)),
    ),
  )
}

function row(
  { column, title, view, why }: ComparedMetric,
  linkOf: (column: BoardColumn) => string,
  reach: number,
): Markup {
  const name = element(
    'th',
    { scope: 'row', role: 'rowheader' },
    element('a', { href: linkOf(column) }, title),
    ' ',
    element('span', { class: 'remark' }, `${column.better === 'higher' ? 'more' : 'less'} is better`),
  )
  const { compared, decimals } = column
  if (view === null || compared === null)
    return element('tr', { role: 'row' }, name, element('td', { role: 'cell', class: 'text none', colspan: 4 }, why))
  const digits = differenceDecimals(view, decimals)
  const size = formatNumber(view.separated === null ? view.difference : Math.abs(view.difference), digits)
  const interval = view.interval === null ? '' : ` ${intervalText(view, digits)}`
  const words =
    view.separated === null ? `${verdictWords(view, compared, decimals)}, ${size}` : `${view.separated} by ${size}`
  const { larger, smaller, equal } = pairCounts(view)
  return element(
    'tr',
    { role: 'row' },
    name,
    element('td', { role: 'cell', class: 'text axis-cell' }, differenceAxis(view, column, reach)),
    element(
      'td',
      { role: 'cell', class: `text ${pairClass(view)}` },
      element('span', { class: 'verdict' }, words),
      interval,
      element('span', { class: 'remark' }, smallestSeen(view, decimals)),
    ),
    element('td', { role: 'cell', class: 'text', 'data-label': 'p after Holm' }, pWords(view, compared)),
    element(
      'td',
      { role: 'cell', class: 'text', 'data-label': 'larger/smaller/neither' },
      view.pair.moving + equal === 0
        ? 'by sets, not by clips'
        : `${countText(larger)}/${countText(smaller)}/${countText(equal)}`,
    ),
  )
}

/** Ends of the interval; where the difference is told by its size, turned with it. */
function intervalText({ difference, interval, separated }: PairView, digits: number): string {
  const { low, high } = interval!
  return separated !== null && difference < 0
    ? formatInterval({ low: -high, high: -low }, digits)
    : formatInterval({ low, high }, digits)
}

function pairCounts({ pair, difference }: PairView) {
  const turned = Math.sign(difference) !== Math.sign(pair.difference) && difference !== 0
  return turned ? { larger: pair.smaller, smaller: pair.larger, equal: pair.equal } : pair
}

/** What a row's axis is in, since metrics have different units: the sd of the paired differences; of sets, what this n resolves. */
function unitOf({ pair, interval }: PairView): number {
  return pair.sd ?? pair.resolution ?? (interval === null ? 0 : (interval.high - interval.low) / 2)
}

function reachOf(view: PairView): number {
  const unit = unitOf(view)
  const ends = [view.difference, view.interval?.low ?? 0, view.interval?.high ?? 0].map(Math.abs)
  return unit > 0 ? Math.max(...ends) / unit : 0
}

/** The difference and its interval around 0, in the unit of its row. */
function differenceAxis(view: PairView, { better }: BoardColumn, reach: number): Markup {
  const { difference, interval, separated } = view
  const unit = unitOf(view)
  const sign = better === 'higher' ? 1 : -1
  const at = (value: number) =>
    Number(
      (half + (Math.max(-reach, Math.min(reach, unit > 0 ? (sign * value) / unit : 0)) / reach) * (half - 6)).toFixed(
        1,
      ),
    )
  const middle = 9
  return element(
    'svg',
    {
      class: `difference ${separated === null ? '' : separated === 'better' ? 'for' : 'against'}`,
      viewBox: `0 0 ${2 * half} 18`,
      width: 2 * half,
      height: 18,
      'aria-hidden': 'true',
    },
    element('path', { class: 'axis', d: `M0 ${middle}H${2 * half}M${half} 1v16` }),
    interval && element('path', { class: 'own-interval', d: `M${at(interval.low)} ${middle}H${at(interval.high)}` }),
    element('path', { class: 'point', d: `M${at(difference) - 4} ${middle}a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z` }),
  )
}
