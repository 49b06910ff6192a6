import { differenceDecimals, formatInterval, formatNumber } from '../../../../src/board/format-score.ts'
import { countText } from '../../../../src/board/summary/counted-words.ts'
import type { ClassDifferences } from '../../../../src/data-files/classes-file.ts'
import type { ClipMetric, ProtocolData } from '../../../../src/data-files/protocol-file.ts'
import { element, type Markup } from '../../../../src/markup/element.ts'
import { tableHead } from '../../../../src/markup/table-head.ts'
import type { Address } from '../address/address.ts'

/** What two methods differ by: clip by clip, and by class as the build found it. */
export interface PairDifferences {
  /** A − B of each clip, NaN where one has none. */
  values: readonly number[]
  /** A and B, by number. */
  pair: readonly [number, number]
  /** Null where the build told none. */
  told: ClassDifferences | null
}

const mostClasses = 60
/** Of fewer source videos no interval is made. */
const fewestForInterval = 5

/** Mean differences by class with their intervals, the largest class first. Clips are counted here; means and intervals are the build's. */
export function byClass(
  { classes, classOf }: ProtocolData,
  { values, pair, told }: PairDifferences,
  { decimals }: ClipMetric,
  list: (query: Address) => string,
): Markup[] {
  const found = classes.map((): number[] => [])
  for (const [clip, value] of values.entries())
    if (classOf[clip] >= 0 && Number.isFinite(value)) found[classOf[clip]].push(value)
  const rows = found
    .map((own, at) => ({ at, own }))
    .filter(({ own }) => own.length > 0)
    .toSorted((x, y) => y.own.length - x.own.length)
  if (rows.length === 0) return []
  const head = ['Class', 'n', 'Mean difference', 'Larger/smaller']
  const cellsOf = ({ at, own }: (typeof rows)[number]) => [
    countText(own.length),
    meanText(own, told?.(pair[0], pair[1], at) ?? null, decimals),
    `${own.filter((value) => value > 0).length}/${own.filter((value) => value < 0).length}`,
  ]
  const caption = [
    `${countText(rows.length)} ${rows.length === 1 ? 'class is one look' : `classes are ${countText(rows.length)} looks`}:`,
    told === null
      ? 'these means are described, not tested.'
      : 'these intervals, each of one mean difference (Student’s with Hall’s correction), are not corrected.',
    ...(rows.length > mostClasses ? [`The ${mostClasses} largest are shown.`] : []),
  ]
  return [
    element('h2', {}, 'By class'),
    element('p', { class: 'caption', id: 'by-class' }, caption.join(' ')),
    element(
      'div',
      { class: 'table-scroll classes', role: 'region', tabindex: 0, 'aria-labelledby': 'by-class' },
      element(
        'table',
        { class: 'cards', role: 'table', 'aria-labelledby': 'by-class' },
        tableHead(head),
        element(
          'tbody',
          { role: 'rowgroup' },
          rows.slice(0, mostClasses).map((row) =>
            element(
              'tr',
              { role: 'row' },
              element(
                'th',
                { scope: 'row', role: 'rowheader' },
                element('a', { href: list({ cls: classes[row.at] }) }, classes[row.at]),
              ),
              cellsOf(row).map((text, at) => element('td', { role: 'cell', 'data-label': head[at + 1] }, text)),
            ),
          ),
        ),
      ),
    ),
  ]
}

/** The build's mean with its interval, or why there is none; without it the mean of what the list prints. */
function meanText(own: readonly number[], told: ReturnType<ClassDifferences>, decimals: number): string {
  if (told === null) return formatNumber(own.reduce((sum, value) => sum + value, 0) / own.length, decimals)
  const { mean, interval, units = 0 } = told
  if (interval !== null) {
    const digits = differenceDecimals({ difference: mean, interval }, decimals)
    return `${formatNumber(mean, digits)} ${formatInterval(interval, digits)}`
  }
  const why =
    units < fewestForInterval ? `n = ${units}: too few for an interval` : 'every clip has this difference: no interval'
  return `${formatNumber(mean, decimals)} (${why})`
}
