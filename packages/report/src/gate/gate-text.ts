import type { GateResult } from '@kinemetric/records'
import { visibleText } from '../board/presentable.ts'
import { padEnd, padStart, textWidth, truncate, wrap } from '../text/text-width.ts'
import {
  type GateCells,
  cellKeys,
  cellsOf,
  chanceLine,
  changeLines,
  framesLine,
  gateTitle,
  ruleLine,
  briefOf,
  sidesLine,
  titlesOf,
} from './gate-words.ts'

export interface GateTextOptions {
  /** Columns that the terminal has; at least 60 are used. */
  width: number
  color?: boolean | undefined
}

/** Lines of what records were made with that a screen takes; JSON and page have all. */
const MOST_CHANGES = 6

/** A gate on one screen of a terminal: the verdict, a line a metric, what qualifies them. */
export function gateText(gate: GateResult, { width: given, color = false }: GateTextOptions): string {
  const width = Math.max(60, given)
  const rows = gate.metrics.map((row) => ({ cells: cellsOf(row), said: briefOf(row) }))
  const titles = titlesOf(gate)
  const widths = columnWidths([titles, ...rows.map(({ cells }) => cells)], width)
  const line = (cells: GateCells) =>
    cellKeys
      .map((key) => {
        const columns = widths.get(key) ?? 0
        const text = truncate(visibleText(cells[key]), columns)
        return key === 'metric' || key === 'verdict' ? padEnd(text, columns) : padStart(text, columns)
      })
      .join('  ')
      .trimEnd()
  const paint = (text: string) => (color ? `\u001B[${gate.passed ? 32 : 31}m${text}\u001B[0m` : text)
  const changes = changeLines(gate).map(visibleText)
  const lines = [
    paint(gateTitle(gate)),
    ...wrap(visibleText(sidesLine(gate)), width),
    framesLine(gate),
    '',
    line(titles),
    ...rows.map(({ cells }) => line(cells)),
    ...rows.flatMap(({ cells, said }) =>
      said.length === 0 ? [] : hanging(`${visibleText(cells.metric)}: ${said.map(visibleText).join('; ')}`, width),
    ),
    ...gate.rules.flatMap((rule) => hanging(visibleText(`rule ${ruleLine(rule)}`), width)),
    ...(changes.length === 0 ? [] : ['made with:']),
    ...changes.slice(0, MOST_CHANGES).flatMap((change) => hanging(change, width)),
    ...(changes.length > MOST_CHANGES ? [`  and ${changes.length - MOST_CHANGES} more (--json has all)`] : []),
    ...gate.notes.flatMap((note) => hanging(`note: ${visibleText(note)}`, width)),
    ...wrap(chanceLine(gate), width),
  ]
  return lines.join('\n')
}

/** Fewest columns of a metric's name, which gives way where the others take the screen. */
const FEWEST_COLUMNS = 16

function columnWidths(lines: readonly GateCells[], width: number): Map<keyof GateCells, number> {
  const widths = new Map(
    cellKeys.map((key) => [key, Math.max(...lines.map((cells) => textWidth(visibleText(cells[key]))))]),
  )
  const all = [...widths.values()].reduce((sum, columns) => sum + columns + 2, -2)
  const own = widths.get('metric') ?? 0
  if (all > width) widths.set('metric', Math.min(own, Math.max(FEWEST_COLUMNS, own - (all - width))))
  return widths
}

function hanging(text: string, width: number): string[] {
  return wrap(text, width - 4).map((each, at) => (at === 0 ? `  ${each}` : `    ${each}`))
}
