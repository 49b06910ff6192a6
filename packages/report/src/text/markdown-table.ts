import * as words from './board-text.ts'
import type { BoardCell, Leaderboard } from '../board/leaderboard.ts'
import { plainText } from './text-width.ts'

/** The boards as GitHub-flavoured Markdown: best in bold, second best in italics, footnotes below. */
export function markdownTable(boards: readonly Leaderboard[]): string {
  return boards.map(markdownBoard).join('\n\n')
}

function markdownBoard(board: Leaderboard): string {
  const head = [
    'Method',
    'Clips',
    ...board.columns.map((column) => {
      const unit = column.unit === '' ? '' : ` (${escapeMarkdown(column.unit)})`
      const sublabel = column.sublabel === '' ? '' : `<br>${escapeMarkdown(column.sublabel)}`
      return `${escapeMarkdown(column.label)} ${words.arrow(column.better)}${unit}${sublabel}`
    }),
  ]
  const rows = board.rows.map((row) => [
    `${escapeMarkdown(row.name)}${row.trivial ? ' †' : ''}${marks(row.notes)}`,
    words.clipCount(row),
    ...row.cells.map(markdownCell),
  ])
  const trivial = board.rows.some((row) => row.trivial) ? '† trivial baseline.' : ''
  const ranks = board.rows.some((row) => row.cells.some((cell) => cell?.rank))
    ? '**Bold**: best; *italic*: second best.'
    : ''
  const legend = [ranks, trivial, words.rankingSentence(board), escapeMarkdown(words.intervalSentence(board))]
    .filter((text) => text !== '')
    .join(' ')
  const notes = board.notes.map((note, index) => `<sup>${words.noteMark(index)}</sup> ${escapeMarkdown(note)}`)
  const parts = [`### ${escapeMarkdown(words.boardTitle(board))}`, table(head, rows), legend, notes.join('<br>\n')]
  if (board.claims) {
    const { columns, rows: claims } = board.claims
    const claimHead = ['Method', ...columns.map((column) => escapeMarkdown(column.label)), 'Source']
    const claimRows = claims.map((row) => [
      escapeMarkdown(row.name),
      ...row.values.map((value) => value.text),
      escapeMarkdown(`${row.sourceText}${row.otherProtocol ? ` (${row.otherProtocol})` : ''}`),
    ])
    parts.push(`#### ${words.claimsTitle}`, table(claimHead, claimRows), words.claimsSentence)
  }
  return parts.filter((part) => part !== '').join('\n\n')
}

function markdownCell(cell: BoardCell | null): string {
  if (cell === null) return '–'
  const value = cell.rank === 1 ? `**${cell.text}**` : cell.rank === 2 ? `*${cell.text}*` : cell.text
  // `[…]` directly before `(…)` would read as a link; brackets in a table cell are escaped for that.
  const interval = cell.interval === '' ? '' : ` ${escapeMarkdown(cell.interval)}`
  return `${value}${interval}${marks(cell.notes)}`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = head.map((_, index) => (index === 0 ? ':--' : '--:'))
  return [head, rule, ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
}

function marks(notes: readonly number[]): string {
  return notes.length === 0 ? '' : `<sup>${notes.map(words.noteMark).join(',')}</sup>`
}

/** Text of a record as literal Markdown: nothing in it starts markup, HTML, a link or a new cell. */
export function escapeMarkdown(text: string): string {
  return plainText(text)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/[\\`*_{}[\]#|~!]/g, (character) => `\\${character}`)
    .replace(/:\/\//g, ':&#47;/')
}
