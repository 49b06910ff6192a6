import { visibleText } from '../board/presentable.ts'
import * as words from './board-text.ts'
import { recipeLines } from '../board/board-columns.ts'
import { boardFoot, markNames } from '../board/board-foot.ts'
import type { Leaderboard } from '../board/leaderboard.ts'

/** The boards as GitHub-flavoured Markdown: marks as bold and underlined, ranks as subscripts, the foot and footnotes below. */
export function markdownTable(boards: readonly Leaderboard[]): string {
  return boards.map(markdownBoard).join('\n\n')
}

function markdownBoard(board: Leaderboard): string {
  const head = [
    'Method',
    'Clips',
    ...board.columns.map((column) => {
      const unit = column.unit === '' ? '' : ` (${escapeMarkdown(column.unit)})`
      const recipe = recipeLines(column).map((line) => `<br>${escapeMarkdown(line)}`)
      return `${escapeMarkdown(column.label)} ${words.arrow(column.better)}${unit}${recipe.join('')}`
    }),
  ]
  const rows = words.printedRows(board).flatMap((row) => {
    const cells = [
      `${escapeMarkdown(row.name)}${row.dagger && ` ${row.dagger}`}${marks(row.notes)}`,
      row.clips,
      ...row.cells.map(markdownCell),
    ]
    // Markdown's tables have no rules between rows: an empty one stands for it.
    return row.ruled ? [head.map(() => ''), cells] : [cells]
  })
  const foot = boardFoot(board)
    .map(escapeMarkdown)
    .map((text) => markNames(text, { bold: '**Bold**', underlined: '<ins>underlined</ins>', trivial: '†' }))
    .join(' ')
  const notes = board.notes.map((note, index) => `<sup>${words.noteMark(index)}</sup> ${escapeMarkdown(note)}`)
  const parts = [`### ${escapeMarkdown(words.boardTitle(board))}`, table(head, rows), foot, notes.join('<br>\n')]
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

function markdownCell({ text, mark, interval, rank, tag, notes }: words.PrintedCell): string {
  const value = mark === 'bold' ? `**${text}**` : mark === 'underline' ? `<ins>${text}</ins>` : text
  const place = rank === '' ? '' : ` <sub>${rank}</sub>`
  // `[…]` directly before `(…)` would read as a link; brackets in a table cell are escaped for that.
  return [`${value}${place}`, escapeMarkdown(interval), tag].filter((part) => part !== '').join(' ') + marks(notes)
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = head.map((_, index) => (index === 0 ? ':--' : '--:'))
  return [head, rule, ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
}

function marks(notes: readonly number[]): string {
  return notes.length === 0 ? '' : `<sup>${notes.map(words.noteMark).join(',')}</sup>`
}

/** Text of a record as literal Markdown: nothing in it starts markup, HTML, a link or a new cell. */
export function escapeMarkdown(text: string): string {
  return visibleText(text)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/[\\`*_{}[\]#|~!]/g, (character) => `\\${character}`)
    .replace(/:\/\//g, ':&#47;/')
}
