import type { Verdicts } from '@kinemetric/records'
import { visibleText } from '../board/presentable.ts'
import { type VerdictRow, verdictCounts, verdictRows, verdictSentence } from '../board/summary/verdict-rows.ts'
import { escapeMarkdown, table } from './markdown-table.ts'
import { padEnd, textWidth, wrap } from './text-width.ts'

const head: readonly (readonly [keyof VerdictRow, string])[] = [
  ['method', 'method'],
  ['metric', 'metric'],
  ['claimed', 'claimed'],
  ['measured', 'measured here'],
  ['difference', 'difference'],
  ['margin', 'margin'],
  ['words', 'verdict'],
]

/** Claims held against measurements, a block a protocol: for a terminal of so many columns, or as Markdown. */
export function verdictsText(
  verdicts: readonly Verdicts[],
  { format, width = 120 }: { format: 'terminal' | 'markdown'; width?: number | undefined },
): string {
  const text = format === 'markdown' ? markdown : (each: Verdicts) => terminal(each, Math.max(60, width))
  return verdicts.map(text).join('\n\n')
}

function titleOf({ benchmark, protocol }: Verdicts): string {
  return `Claims of ${benchmark.title} (${protocol.id}, version ${protocol.version})`
}

function terminal(verdicts: Verdicts, width: number): string {
  const names = head.slice(0, -1)
  const rows = verdictRows(verdicts)
  const cells = [names.map(([, name]) => name), ...rows.map((row) => names.map(([field]) => visibleText(row[field])))]
  const widths = names.map((_, column) => Math.max(...cells.map((row) => textWidth(row[column]))))
  const lines = cells.map((row) => row.map((cell, column) => padEnd(cell, widths[column])).join('  '))
  const taken = lines[0].length
  // Words stand beside the numbers where there is room, and below them where there is none.
  const room = width - taken - 2
  const withWords = lines.flatMap((line, at) => {
    const words = at === 0 ? 'verdict' : visibleText(rows[at - 1].words)
    if (words.length <= room) return [`${line}  ${words}`]
    return [line.trimEnd(), ...wrap(words, width - 4).map((each) => `    ${each}`)]
  })
  const foot = [...wrap(verdictCounts(verdicts), width), ...wrap(verdictSentence, width)]
  return [titleOf(verdicts), ...withWords, '', ...foot].join('\n')
}

function markdown(verdicts: Verdicts): string {
  const rows = verdictRows(verdicts).map((row) => head.map(([field]) => escapeMarkdown(row[field])))
  const names = head.map(([, name]) => `${name[0].toUpperCase()}${name.slice(1)}`)
  return [
    `### ${escapeMarkdown(titleOf(verdicts))}`,
    table(names, rows),
    verdictCounts(verdicts),
    verdictSentence,
  ].join('\n\n')
}
