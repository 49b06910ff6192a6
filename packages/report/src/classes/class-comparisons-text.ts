import type { ClassComparisons, ComparedPair } from '@kinemetric/records'
import { differenceDecimals, formatInterval, formatNumber } from '../board/format-score.ts'
import { formatP } from '../board/format-p.ts'
import { visibleText } from '../board/presentable.ts'
import { decimalsByDifferences } from '../text/comparisons-text.ts'
import { blocks, type TextColumn } from '../text/terminal-table.ts'
import { truncateName, wrap } from '../text/text-width.ts'

/** Of more comparisons those are shown that separate two methods. */
const mostShown = 60

const verdicts: Record<ComparedPair['verdict'], string> = {
  'first-better': 'first better',
  'second-better': 'second better',
  'not-separated': 'not separated',
  'cannot-separate': 'too few clips to separate',
  'not-resolved': 'not resolved',
  identical: 'identical frames',
}

interface Line {
  name: string
  units: number
  pair: ComparedPair
}

/** Comparisons by class for a terminal: a metric each, all pairs of all classes, or of very many those that are separated, with counts of the others. */
export function classComparisonsText(all: readonly ClassComparisons[], { width }: { width: number }): string {
  return all.map((each) => protocolLines(each, Math.max(40, width)).join('\n')).join('\n\n')
}

function protocolLines(
  { protocol, by, classes, records, columns, unlabelled, clips }: ClassComparisons,
  width: number,
): string[] {
  const lines = [`${protocol.id} (version ${protocol.version}) by ${by}`]
  const nameOf = (method: string) => records.find((each) => each.method === method)?.name ?? method
  for (const { metric, recipe, better, comparisons, classes: own } of columns) {
    const found = own.flatMap((column, at): Line[] =>
      (column?.pairs ?? []).map((pair) => ({ name: classes[at].name, units: column?.units ?? 0, pair })),
    )
    const separated = found.filter(({ pair: { verdict } }) => verdict === 'first-better' || verdict === 'second-better')
    const shown = found.length <= mostShown ? found : separated
    lines.push('', visibleText(`${metric} ${recipe} (${better} is better)`))
    if (shown.length > 0) lines.push(...blocks(columnsOf(shown, nameOf), { color: false, width }, []))
    const alpha = own.find((column) => column !== null)?.alpha ?? 0.05
    const counts = [...Map.groupBy(found, ({ pair }) => pair.verdict)].map(
      ([verdict, list]) => `${list.length} ${verdicts[verdict]}`,
    )
    lines.push(
      ...wrap(
        found.length === 0
          ? 'No two methods have a value on the same clips of a class.'
          : `${counts.join(', ')}. Paired sign flips; p after Holm over all ${comparisons} comparisons of this metric, of all classes together; α = ${alpha}.`,
        width,
      ),
    )
  }
  if (unlabelled > 0) lines.push('', `${unlabelled} of ${clips} clips have no ${by}.`)
  return lines
}

function columnsOf(lines: readonly Line[], nameOf: (method: string) => string): TextColumn[] {
  const decimals = decimalsByDifferences({ pairs: lines.map(({ pair }) => pair), ranks: [] })
  const column = (heading: string, align: TextColumn['align'], of: (line: Line) => string): TextColumn => ({
    heading: [heading],
    cells: lines.map((line) => visibleText(of(line))),
    align,
    styles: lines.map((): '' => ''),
  })
  const digits = ({ difference, interval }: ComparedPair) =>
    Math.min(decimals, differenceDecimals({ difference, interval }, 2))
  return [
    column('class', 'left', ({ name }) => truncateName(visibleText(name), 40)),
    column('n', 'right', ({ units }) => String(units)),
    column(
      'first − second',
      'left',
      ({ pair }) => `${truncateName(nameOf(pair.first), 20)} − ${truncateName(nameOf(pair.second), 20)}`,
    ),
    column('difference', 'right', ({ pair }) => {
      const at = digits(pair)
      const ends = pair.interval === null ? '' : ` ${formatInterval(pair.interval, at)}`
      return `${formatNumber(pair.difference, at)}${ends}`
    }),
    column('p', 'right', ({ pair }) => formatP(pair.pAdjustedTable)),
    column('', 'left', ({ pair }) => verdicts[pair.verdict]),
  ]
}
