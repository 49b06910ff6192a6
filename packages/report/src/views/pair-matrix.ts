import type { ComparedColumn } from '@kinemetric/records'
import { type BoardColumn, columnTitle } from '../board/board-columns.ts'
import { differenceDecimals, formatInterval, formatNumber } from '../board/format-score.ts'
import { pEquals } from '../board/format-p.ts'
import { pairOf, type PairView, signed, verdictWords } from '../board/pair-view.ts'
import { element, type Markup } from '../markup/element.ts'

/** A method as a matrix names and links it. */
export interface MatrixMethod {
  id: string
  name: string
}

/** More methods than a screen has room for: then two are chosen to be compared. */
export const mostInMatrix = 24

/** All pairs of a column's ranked methods, a row's method minus a column's: tinted only where separated, with the word beside it. */
export function pairMatrix(
  column: BoardColumn & { compared: ComparedColumn },
  methods: readonly MatrixMethod[],
  captionId: string,
): Markup {
  const { compared, decimals } = column
  const head = element(
    'tr',
    { role: 'row' },
    element('th', { scope: 'col', role: 'columnheader' }, columnTitle(column)),
    methods.map(({ name }) => element('th', { scope: 'col', role: 'columnheader', class: 'name' }, name)),
  )
  const rows = methods.map((own) =>
    element(
      'tr',
      { role: 'row', 'data-method': own.id },
      element('th', { scope: 'row', role: 'rowheader' }, own.name),
      methods.map((other) => {
        const view = own.id === other.id ? null : pairOf(compared.pairs, own.id, other.id)
        return view === null
          ? element('td', { role: 'cell', class: 'self' }, element('span', { class: 'visually-hidden' }, 'none'))
          : pairCell(view, compared, decimals, other.name, pairLink(own.id, other.id))
      }),
    ),
  )
  return element(
    'table',
    { class: 'matrix cards', role: 'table', 'aria-labelledby': captionId },
    element('thead', { role: 'rowgroup' }, head),
    element('tbody', { role: 'rowgroup' }, rows),
  )
}

/** Address of two methods side by side, from a page of their protocol. */
export function pairLink(a: string, b: string): string {
  return `compare.html?a=${encodeURIComponent(a)}&b=${encodeURIComponent(b)}`
}

/** A pair as one of its methods sees it, in a cell: the difference with its interval, what may be said of it, p after Holm. */
export function pairCell(
  view: PairView,
  compared: ComparedColumn,
  decimals: number,
  label: string,
  href: string | null,
): Markup {
  const digits = differenceDecimals(view, decimals)
  const value = signed(view.difference, digits)
  return element(
    'td',
    { role: 'cell', class: pairClass(view), 'data-label': label },
    element('span', { class: 'value' }, href === null ? value : element('a', { href }, value)),
    view.interval && element('span', { class: 'interval' }, formatInterval(view.interval, digits)),
    element('span', { class: 'verdict' }, verdictWords(view, compared, decimals)),
    element(
      'span',
      { class: 'interval' },
      [shortP(view, compared), smallestSeen(view, decimals)].filter(Boolean).join(', '),
    ),
  )
}

/** p after Holm alone: a cell has no room for the one before; where two methods are compared side by side it stands in brackets. */
function shortP({ pair }: PairView, { family }: ComparedColumn): string {
  return pair.verdict === 'identical' ? '' : pEquals(family.kind === 'table' ? pair.pAdjustedTable : pair.pAdjusted)
}

/** `for` and `against` are tints, the word stands in the cell. */
export function pairClass({ separated }: PairView): string {
  return separated === null ? 'pair' : `pair ${separated === 'better' ? 'for' : 'against'}`
}

/** `d₈₀ 0.004`: what this number of clips shows four times in five, where the pair is not separated. */
export function smallestSeen({ pair }: PairView, decimals: number): string {
  return pair.verdict !== 'not-separated' || pair.detectable80 === null
    ? ''
    : `d₈₀ ${formatNumber(pair.detectable80, decimals)}`
}
