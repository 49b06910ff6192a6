import type { GateResult } from '@kinemetric/records'
import { escapeMarkdown } from '../text/markdown-table.ts'
import {
  cellKeys,
  cellsOf,
  chanceLine,
  changeLines,
  framesLine,
  gateTitle,
  ruleLine,
  sentencesOf,
  sidesLine,
  titlesOf,
} from './gate-words.ts'

/** A gate as a comment on a pull request: GitHub-flavoured Markdown, what qualifies the verdict folded away. */
export function gateMarkdown(gate: GateResult): string {
  const titles = titlesOf(gate)
  const rows = gate.metrics.map((row) => {
    const cells = cellsOf(row)
    return cellKeys.map((key) => (key === 'verdict' ? `**${escapeMarkdown(cells[key])}**` : escapeMarkdown(cells[key])))
  })
  const table = [
    cellKeys.map((key) => escapeMarkdown(titles[key])),
    cellKeys.map((key) => (key === 'metric' || key === 'verdict' ? ':--' : '--:')),
    ...rows,
  ].map((cells) => `| ${cells.join(' | ')} |`)
  const sentences = gate.metrics.flatMap((row) => {
    const said = sentencesOf(row)
    return said.length === 0 ? [] : [`${cellsOf(row).metric}: ${said.join('; ')}`]
  })
  const parts = [
    `### ${escapeMarkdown(gateTitle(gate))}`,
    `${escapeMarkdown(sidesLine(gate))}; ${escapeMarkdown(framesLine(gate))}.`,
    table.join('\n'),
    list(gate.rules.map((rule) => `rule ${ruleLine(rule)}`)),
    list(gate.notes),
    folded('What qualifies it', sentences),
    folded('Made with', changeLines(gate)),
    folded('Clips that lost most', worstLines(gate)),
    `<sub>${escapeMarkdown(chanceLine(gate))}</sub>`,
  ]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

/** So many clips a metric: a comment is read on a screen. */
const MOST_WORST = 3

function worstLines({ metrics }: GateResult): string[] {
  return metrics.flatMap((row) => {
    const worse = row.worst.filter(({ loss }) => loss > 0).slice(0, MOST_WORST)
    if (worse.length === 0) return []
    const clips = worse.map(({ clip, baseline, candidate }) => `${clip} (${short(baseline)} → ${short(candidate)})`)
    return [`${cellsOf(row).metric}: ${clips.join(', ')}`]
  })
}

function short(value: number): string {
  return String(Number(value.toPrecision(5)))
}

function list(lines: readonly string[]): string {
  return lines.map((line) => `- ${escapeMarkdown(line)}`).join('\n')
}

function folded(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `<details><summary>${title}</summary>\n\n${list(lines)}\n\n</details>`
}
