import { visibleText } from '../board/presentable.ts'
import * as words from './board-text.ts'
import { recipeLines } from '../board/board-columns.ts'
import { boardFoot, markNames } from '../board/board-foot.ts'
import type { Leaderboard } from '../board/leaderboard.ts'
import { padEnd, padStart, textWidth, truncate, truncateName, wrap } from './text-width.ts'

export interface TerminalOptions {
  /** Bold, underline and dim by ANSI codes. */
  color: boolean
  /** Columns that the terminal has; at least 40 are used. */
  width: number
}

/** A column of a table for a terminal. */
export interface TextColumn {
  heading: string[]
  cells: string[]
  align: 'left' | 'right'
  /** Styles of the cells, by row. */
  styles: ('bold' | 'underline' | 'dim' | '')[]
}

const codes = { bold: '1', underline: '4', dim: '2', title: '1', '': '' }
const signs = { bold: '*', underline: '+', none: ' ' }

/** The boards for a terminal: a wide one is cut into blocks that repeat the method's name. */
export function terminalTable(boards: readonly Leaderboard[], options: TerminalOptions): string {
  const width = Math.max(40, options.width)
  return boards.map((board) => terminalBoard(board, { ...options, width })).join('\n\n')
}

function terminalBoard(board: Leaderboard, options: TerminalOptions): string {
  const rows = words.printedRows(board)
  const ruled = rows.flatMap((row, index) => (row.ruled ? [index] : []))
  const lines = [style(truncate(visibleText(words.boardTitle(board)), options.width), 'title', options)]
  lines.push(...blocks(scoreColumns(board, rows), options, ruled), '')
  for (const sentence of boardFoot(board))
    lines.push(
      ...wrap(
        markNames(visibleText(sentence), { bold: signs.bold, underlined: signs.underline, trivial: '†' }),
        options.width,
      ),
    )
  for (const [index, note] of board.notes.entries()) {
    lines.push(...wrap(`(${words.noteMark(index)}) ${visibleText(note)}`, options.width))
  }
  if (board.claims) {
    lines.push('', style(truncate(words.claimsTitle, options.width), 'title', options))
    lines.push(...blocks(claimColumns(board.claims), options, []), '', ...wrap(words.claimsSentence, options.width))
  }
  return lines.join('\n')
}

function scoreColumns(board: Leaderboard, rows: readonly words.PrintedRow[]): TextColumn[] {
  const first: TextColumn = {
    heading: ['method'],
    cells: rows.map(
      ({ name, dagger, notes }) => `${truncateName(visibleText(name), 40)}${dagger && ` ${dagger}`}${marks(notes)}`,
    ),
    align: 'left',
    styles: rows.map(({ dagger }) => (dagger === '' ? '' : 'dim')),
  }
  const clips: TextColumn = {
    heading: ['clips'],
    cells: rows.map((row) => row.clips),
    align: 'right',
    styles: rows.map(() => ''),
  }
  const scores = board.columns.map((column, index): TextColumn => {
    const cells = rows.map((row) => row.cells[index])
    const unit = column.unit === '' ? '' : ` ${visibleText(column.unit)}`
    return {
      heading: [
        `${visibleText(column.label)} ${words.arrow(column.better)}${unit}`,
        ...recipeLines(column).map(visibleText),
      ],
      cells: alignedCells(cells),
      align: 'right',
      styles: cells.map(({ mark }) => (mark === 'none' ? '' : mark)),
    }
  })
  return [first, clips, ...scores]
}

/** Value, mark, ranks, interval and footnotes, each padded so that the values stand under each other. */
function alignedCells(cells: readonly words.PrintedCell[]): string[] {
  const ranks = Math.max(...cells.map(({ rank }) => textWidth(rank)))
  const tails = cells.map(({ interval, tag, notes }) => `${interval}${tag && ` ${tag}`}${marks(notes)}`.trim())
  const rest = Math.max(...tails.map(textWidth))
  return cells.map(({ text, mark, rank }, index) => {
    const place = ranks === 0 ? '' : ` ${padEnd(rank === '' ? '' : `#${rank}`, ranks + 1)}`
    return `${text}${signs[mark]}${place}${rest === 0 ? '' : ` ${padEnd(tails[index], rest)}`}`
  })
}

function claimColumns(claims: NonNullable<Leaderboard['claims']>): TextColumn[] {
  const plain = claims.rows.map((): '' => '')
  const column = (heading: string, cells: string[], align: 'left' | 'right'): TextColumn => ({
    heading: [heading],
    cells,
    align,
    styles: plain,
  })
  return [
    column(
      'method',
      claims.rows.map((row) => truncate(visibleText(row.name), 34)),
      'left',
    ),
    ...claims.columns.map((metric, index) =>
      column(
        visibleText(metric.label),
        claims.rows.map((row) => row.values[index].text),
        'right',
      ),
    ),
    column(
      'source',
      claims.rows.map((row) => visibleText(`${row.sourceText}${row.otherProtocol ? ` (${row.otherProtocol})` : ''}`)),
      'left',
    ),
  ]
}

/** Lays columns side by side; what does not fit goes into further blocks that start with the first column again. */
export function blocks(columns: readonly TextColumn[], options: TerminalOptions, ruled: readonly number[]): string[] {
  const [first, ...others] = columns
  const lines: string[] = []
  let rest = others
  do {
    const taken: TextColumn[] = []
    let used = columnWidth(first)
    for (const column of rest) {
      if (taken.length > 0 && used + 2 + columnWidth(column) > options.width) break
      taken.push(column)
      used += 2 + columnWidth(column)
    }
    rest = rest.slice(taken.length)
    if (lines.length > 0) lines.push('')
    lines.push(...block([first, ...taken], options, ruled))
  } while (rest.length > 0)
  return lines
}

function block(columns: readonly TextColumn[], options: TerminalOptions, ruled: readonly number[]): string[] {
  const put = (texts: readonly string[], styles: readonly TextColumn['styles'][number][]) =>
    columns
      .map((column, index) => {
        const pad = column.align === 'left' ? padEnd : padStart
        const padded = pad(texts[index], columnWidth(column))
        return styles[index] === '' ? padded : padded.replace(texts[index], style(texts[index], styles[index], options))
      })
      .join('  ')
      .trimEnd()
  const plain = columns.map((): '' => '')
  const tallest = Math.max(...columns.map(({ heading }) => heading.length))
  const headings = Array.from({ length: tallest }, (_, row) =>
    put(
      columns.map(({ heading }) => heading[row] ?? ''),
      plain,
    ),
  )
  const rule = columns.map((column) => '─'.repeat(columnWidth(column))).join('──')
  const body = columns[0].cells.flatMap((_, row) => {
    const line = put(
      columns.map((column) => column.cells[row]),
      columns.map((column) => column.styles[row]),
    )
    return ruled.includes(row) ? [rule, line] : [line]
  })
  return [...headings, rule, ...body]
}

function columnWidth(column: TextColumn): number {
  return Math.max(...column.heading.map(textWidth), ...column.cells.map(textWidth))
}

function marks(notes: readonly number[]): string {
  return notes.length === 0 ? '' : ` (${notes.map(words.noteMark).join(',')})`
}

export function style(text: string, name: keyof typeof codes, options: TerminalOptions): string {
  return options.color && codes[name] !== '' ? `\u001b[${codes[name]}m${text}\u001b[0m` : text
}
