import type { ComparedColumn } from '@kinemetric/records'
import { formatNumber } from '../board/format-score.ts'
import { formatP } from '../board/format-p.ts'
import { clipsAndUnits, pairSentence, rankText } from '../board/pair-words.ts'
import { visibleText } from '../board/presentable.ts'
import { padEnd, padStart, wrap } from './text-width.ts'

export interface ComparisonsTextOptions {
  /** Columns that the terminal has; at least 40 are used. */
  width: number
  /** Digits after the decimal point of a column. */
  decimalsOf?: ((column: ComparedColumn) => number) | undefined
  /** How a method is called; default: its id. */
  nameOf?: ((method: string) => string) | undefined
}

/** Columns of comparisons for a terminal: ranks, then each pair in a sentence, then what qualifies them. */
export function comparisonsText(columns: readonly ComparedColumn[], options: ComparisonsTextOptions): string {
  const width = Math.max(40, options.width)
  return columns.map((column) => columnLines(column, { ...options, width }).join('\n')).join('\n\n')
}

/** Enough digits for the differences of a column whose metric is not known. */
export function decimalsByDifferences({ pairs, ranks }: Pick<ComparedColumn, 'pairs' | 'ranks'>): number {
  const sizes = pairs.map(({ difference, sd }) => Math.max(Math.abs(difference), sd ?? 0)).filter((size) => size > 0)
  const size = sizes.length > 0 ? Math.min(...sizes) : Math.max(0, ...ranks.map(({ value }) => Math.abs(value))) / 10
  return size > 0 ? Math.min(12, Math.max(0, 2 - Math.floor(Math.log10(size)))) : 3
}

function columnLines(column: ComparedColumn, options: ComparisonsTextOptions): string[] {
  const { nameOf = (method: string) => method, width } = options
  const decimals = options.decimalsOf?.(column) ?? decimalsByDifferences(column)
  const name = (method: string) => visibleText(nameOf(method))
  const title = `${[column.metric, column.recipe].filter((part) => part !== '').join(' ')} (${column.better} is better)`
  const lines = [visibleText(title), ...(column.ranks.length === 0 ? [] : [`over ${commonText(column)}`])]
  if (column.reason !== undefined) lines.push(...wrap(column.reason, width))
  lines.push(...rankLines(column, decimals, name))
  for (const { method, value, reason } of column.unranked)
    lines.push(...wrap(`not ranked: ${name(method)} ${formatNumber(value, decimals)} (${visibleText(reason)})`, width))
  const sentences = [...column.pairs, ...(column.trivialPairs ?? [])].map((pair) =>
    pairSentence(pair, column, decimals, name),
  )
  for (const sentence of sentences) lines.push(...hanging(visibleText(sentence), width))
  for (const { method, value, chance, above, pAdjusted } of column.aboveChance ?? [])
    lines.push(
      ...hanging(
        `${name(method)}: ${above ? 'above chance' : 'not above chance'}, ${formatNumber(value, decimals)} against ${formatNumber(chance, decimals)}, p = ${formatP(pAdjusted)}`,
        width,
      ),
    )
  for (const sentence of footOf(column, name)) lines.push(...wrap(visibleText(sentence), width))
  return lines
}

function commonText(column: ComparedColumn): string {
  const { clips } = column
  const of = clips.common === clips.protocol ? '' : ` of ${clips.protocol} that the methods have in common`
  const other = clips.otherReference === 0 ? '' : `; ${clips.otherReference} left out: other reference frames`
  return `${clipsAndUnits(column)}${of}${other}`
}

function rankLines(column: ComparedColumn, decimals: number, name: (method: string) => string): string[] {
  if (column.ranks.length === 0) return []
  const rows = column.ranks.map((rank) => ({
    name: name(rank.method),
    value: formatNumber(rank.value, decimals),
    ranks: rankText(rank),
    mark: `${{ bold: ' *', underline: ' +', none: '' }[rank.mark]}${rank.atFloor === true ? ' at the floor' : ''}`,
  }))
  const widths = {
    name: Math.max(6, ...rows.map((row) => row.name.length)),
    value: Math.max(5, ...rows.map((row) => row.value.length)),
  }
  const line = (a: string, b: string, c: string) =>
    `  ${padEnd(a, widths.name)}  ${padStart(b, widths.value)}  ${c}`.trimEnd()
  return [line('method', 'value', 'rank'), ...rows.map((row) => line(row.name, row.value, `${row.ranks}${row.mark}`))]
}

/** What qualifies the column: the test, the family, marks, stability, other recipes. */
function footOf(column: ComparedColumn, name: (method: string) => string): string[] {
  const foot: string[] = []
  const { family, alpha, stability } = column
  const tests = new Set(column.pairs.map(({ test }) => (test.startsWith('sign-flip') ? 'paired sign flips' : test)))
  if (column.pairs.length > 0) {
    const marks = column.ranks.some(({ mark }) => mark !== 'none')
      ? '*: not separated from the best, +: next layer'
      : column.ranks.length > 1 &&
          column.pairs.every(({ verdict }) => verdict !== 'first-better' && verdict !== 'second-better')
        ? 'no two of these methods can be told apart'
        : ''
    const holm = `${[...tests].join(', ')}, Holm over ${family.comparisons} ${family.comparisons === 1 ? 'comparison' : 'comparisons'}${family.kind === 'table' ? ' of the table' : ''}, α = ${alpha}`
    foot.push(marks === '' ? `${holm}.` : `${marks} (${holm}).`)
  }
  if (stability !== undefined && stability.tau !== null) {
    const [top] = stability.methods
    if (top !== undefined)
      foot.push(
        `${name(top.method)} is first in ${shareText(top.first)} of ${stability.resamples.toLocaleString('en-US')} resamples of the clips, the order is the same in ${shareText(stability.sameOrder)}.`,
      )
  }
  const beside = new Set((column.trivialPairs ?? []).map(({ second }) => second)).size
  if (beside > 0)
    foot.push(
      `Pairs with a baseline: a family of their own, Holm over the ${column.ranks.length} ranked ${column.ranks.length === 1 ? 'method' : 'methods'} of each baseline.`,
    )
  const others = column.otherRecipes ?? []
  if (others.length > 0) foot.push(recipesSentence(others, name))
  return [...foot, ...(column.warnings ?? [])]
}

/** `83 %`; what is not all is never 100 %, what is not nothing never 0 %. */
function shareText(share: number): string {
  const percent = Math.round(100 * share)
  if (percent === 100 && share < 1) return 'over 99 %'
  if (percent === 0 && share > 0) return 'under 1 %'
  return `${percent} %`
}

function recipesSentence(
  others: NonNullable<ComparedColumn['otherRecipes']>,
  name: (method: string) => string,
): string {
  const kept = others.filter(({ reversed }) => reversed.length === 0).length
  const reversed = others.flatMap(({ recipe, reversed: pairs }) =>
    pairs.map(([a, b]) => `${name(a)} and ${name(b)} reverse under ${recipe}`),
  )
  return `No separated pair reverses under ${kept} of ${others.length} other recipes${reversed.length === 0 ? '' : `; ${reversed.join(', ')}`}.`
}

/** Later lines are indented under the first. */
function hanging(text: string, width: number): string[] {
  return wrap(text, width - 4).map((line, at) => (at === 0 ? `  ${line}` : `    ${line}`))
}
