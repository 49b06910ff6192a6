import * as words from './board-text.ts'
import type { BoardCell, BoardRow, Leaderboard } from '../board/leaderboard.ts'
import { padEnd, padStart, plainText, textWidth, truncate, wrap } from './text-width.ts'

export interface TerminalOptions {
  /** Bold, underline and dim by ANSI codes. */
  color: boolean
  /** Columns that the terminal has; at least 40 are used. */
  width: number
}

interface TextColumn {
  heading: string[]
  cells: string[]
  align: 'left' | 'right'
  /** Styles of the cells, by row. */
  styles: ('best' | 'second' | 'trivial' | '')[]
}

const codes = { best: '1;32', second: '4', trivial: '2', title: '1', '': '' }

/** The boards for a terminal: a wide one is cut into blocks that repeat the method's name. */
export function terminalTable(boards: readonly Leaderboard[], options: TerminalOptions): string {
  const width = Math.max(40, options.width)
  return boards.map((board) => terminalBoard(board, { ...options, width })).join('\n\n')
}

function terminalBoard(board: Leaderboard, options: TerminalOptions): string {
  const lines = [style(truncate(plainText(words.boardTitle(board)), options.width), 'title', options)]
  lines.push(...blocks(scoreColumns(board), options), '')
  const legend = board.rows.some((row) => row.cells.some((cell) => cell?.rank)) ? '* best, + second best. ' : ''
  const trivial = board.rows.some((row) => row.trivial) ? '† trivial baseline. ' : ''
  const sentences = `${legend}${trivial}${words.rankingSentence(board)} ${words.intervalSentence(board)}`
    .replace(/ +/g, ' ')
    .trim()
  if (sentences !== '') lines.push(...wrap(plainText(sentences), options.width))
  for (const [index, note] of board.notes.entries()) {
    lines.push(...wrap(`(${words.noteMark(index)}) ${plainText(note)}`, options.width))
  }
  if (board.claims) {
    lines.push('', style(truncate(words.claimsTitle, options.width), 'title', options))
    lines.push(...blocks(claimColumns(board.claims), options), '', ...wrap(words.claimsSentence, options.width))
  }
  return lines.join('\n')
}

function scoreColumns(board: Leaderboard): TextColumn[] {
  const first: TextColumn = {
    heading: ['method', ''],
    cells: board.rows.map((row) => `${truncate(plainText(row.name), 34)}${row.trivial ? ' †' : ''}${marks(row.notes)}`),
    align: 'left',
    styles: board.rows.map((row) => (row.trivial ? 'trivial' : '')),
  }
  const clips: TextColumn = {
    heading: ['clips', ''],
    cells: board.rows.map(words.clipCount),
    align: 'right',
    styles: board.rows.map(() => ''),
  }
  const scores = board.columns.map((column, index): TextColumn => {
    const cells = board.rows.map((row: BoardRow) => row.cells[index])
    return {
      heading: [
        `${plainText(column.label)} ${words.arrow(column.better)}${column.unit === '' ? '' : ` ${plainText(column.unit)}`}`,
        plainText(column.sublabel),
      ],
      cells: alignedCells(cells),
      align: 'right',
      styles: cells.map((cell) => (cell?.rank === 1 ? 'best' : cell?.rank === 2 ? 'second' : '')),
    }
  })
  return [first, clips, ...scores]
}

/** Value, rank mark, interval and footnotes, each padded so that the values stand under each other. */
function alignedCells(cells: readonly (BoardCell | null)[]): string[] {
  const parts = cells.map((cell) =>
    cell === null
      ? ['–', ' ', '']
      : [cell.text, cell.rank === 1 ? '*' : cell.rank === 2 ? '+' : ' ', `${cell.interval}${marks(cell.notes)}`],
  )
  const rest = Math.max(...parts.map((part) => textWidth(part[2])))
  return parts.map(([value, rank, tail]) => `${value}${rank}${rest === 0 ? '' : ` ${padEnd(tail, rest)}`}`)
}

function claimColumns(claims: NonNullable<Leaderboard['claims']>): TextColumn[] {
  const plain = claims.rows.map((): '' => '')
  const column = (heading: string, cells: string[], align: 'left' | 'right'): TextColumn => ({
    heading: [heading, ''],
    cells,
    align,
    styles: plain,
  })
  return [
    column(
      'method',
      claims.rows.map((row) => truncate(plainText(row.name), 34)),
      'left',
    ),
    ...claims.columns.map((metric, index) =>
      column(
        plainText(metric.label),
        claims.rows.map((row) => row.values[index].text),
        'right',
      ),
    ),
    column(
      'source',
      claims.rows.map((row) => plainText(`${row.sourceText}${row.otherProtocol ? ` (${row.otherProtocol})` : ''}`)),
      'left',
    ),
  ]
}

/** Lays columns side by side; what does not fit goes into further blocks that start with the first column again. */
function blocks(columns: readonly TextColumn[], options: TerminalOptions): string[] {
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
    lines.push(...block([first, ...taken], options))
  } while (rest.length > 0)
  return lines
}

function block(columns: readonly TextColumn[], options: TerminalOptions): string[] {
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
  const headings = [0, 1].map((row) =>
    put(
      columns.map((column) => column.heading[row]),
      plain,
    ),
  )
  const rule = columns.map((column) => '─'.repeat(columnWidth(column))).join('──')
  const body = columns[0].cells.map((_, row) =>
    put(
      columns.map((column) => column.cells[row]),
      columns.map((column) => column.styles[row]),
    ),
  )
  return [...headings.filter((line) => line !== ''), rule, ...body]
}

function columnWidth(column: TextColumn): number {
  return Math.max(...column.heading.map(textWidth), ...column.cells.map(textWidth))
}

function marks(notes: readonly number[]): string {
  return notes.length === 0 ? '' : ` (${notes.map(words.noteMark).join(',')})`
}

function style(text: string, name: keyof typeof codes, options: TerminalOptions): string {
  return options.color && codes[name] !== '' ? `\u001b[${codes[name]}m${text}\u001b[0m` : text
}
