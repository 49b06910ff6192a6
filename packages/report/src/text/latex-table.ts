import * as words from './board-text.ts'
import type { BoardCell, Leaderboard } from '../board/leaderboard.ts'
import { plainText } from './text-width.ts'

/** The boards as LaTeX for booktabs: best in bold, second best underlined. Compiles with pdflatex (utf8), lualatex and xelatex. */
export function latexTable(boards: readonly Leaderboard[]): string {
  return ['% Needs \\usepackage{booktabs}.', ...boards.map(latexBoard)].join('\n\n')
}

function latexBoard(board: Leaderboard): string {
  const sublabels = board.columns.some((column) => column.sublabel !== '')
  const head = [
    'Method',
    'Clips',
    ...board.columns.map((column) => {
      const arrow = column.better === 'higher' ? '$\\uparrow$' : '$\\downarrow$'
      return `${escapeLatex(column.label)} ${arrow}${column.unit === '' ? '' : ` (${escapeLatex(column.unit)})`}`
    }),
  ]
  const lines = [
    `% ${plainText(words.boardTitle(board))}`,
    '\\begin{table}',
    '\\centering',
    `\\caption{${escapeLatex(words.boardTitle(board))}. ${latexLegend(board)}}`,
    `\\begin{tabular}{lr${'r'.repeat(board.columns.length)}}`,
    '\\toprule',
    row(head),
    ...(sublabels
      ? [
          row([
            '',
            '',
            ...board.columns.map((column) =>
              column.sublabel === '' ? '' : `{\\scriptsize ${escapeLatex(column.sublabel)}}`,
            ),
          ]),
        ]
      : []),
    '\\midrule',
    ...board.rows.map((entry) =>
      row([
        `${escapeLatex(entry.name)}${entry.trivial ? '$^\\dagger$' : ''}${marks(entry.notes)}`,
        words.clipCount(entry),
        ...entry.cells.map(latexCell),
      ]),
    ),
    '\\bottomrule',
    '\\end{tabular}',
  ]
  if (board.notes.length > 0) {
    const notes = board.notes.map((note, index) => `$^{\\mathrm{${words.noteMark(index)}}}$ ${escapeLatex(note)}`)
    lines.push('', `\\par\\smallskip{\\footnotesize ${notes.join('\\quad ')}}`)
  }
  lines.push('\\end{table}')
  if (board.claims) lines.push('', ...latexClaims(board.claims))
  return lines.join('\n')
}

function latexLegend(board: Leaderboard): string {
  const trivial = board.rows.some((entry) => entry.trivial) ? '$^\\dagger$ trivial baseline.' : ''
  const ranks = board.rows.some((entry) => entry.cells.some((cell) => cell?.rank))
    ? '\\textbf{Bold}: best; \\underline{underlined}: second best.'
    : ''
  return [ranks, trivial, escapeLatex(words.rankingSentence(board)), escapeLatex(words.intervalSentence(board))]
    .filter((text) => text !== '')
    .join(' ')
}

function latexClaims({ columns, rows }: NonNullable<Leaderboard['claims']>): string[] {
  return [
    '\\begin{table}',
    '\\centering',
    `\\caption{${escapeLatex(words.claimsTitle)}. ${escapeLatex(words.claimsSentence)}}`,
    `\\begin{tabular}{l${'r'.repeat(columns.length)}l}`,
    '\\toprule',
    row(['Method', ...columns.map((column) => escapeLatex(column.label)), 'Source']),
    '\\midrule',
    ...rows.map((entry) =>
      row([
        escapeLatex(entry.name),
        ...entry.values.map(({ text }) => latexNumber(text)),
        escapeLatex(`${entry.sourceText}${entry.otherProtocol ? ` (${entry.otherProtocol})` : ''}`),
      ]),
    ),
    '\\bottomrule',
    '\\end{tabular}',
    '\\end{table}',
  ]
}

function latexCell(cell: BoardCell | null): string {
  if (cell === null) return '--'
  const number = latexNumber(cell.text)
  const value = cell.rank === 1 ? `\\textbf{${number}}` : cell.rank === 2 ? `\\underline{${number}}` : number
  const interval = cell.interval === '' ? '' : ` {\\scriptsize ${latexNumber(cell.interval)}}`
  return `${value}${interval}${marks(cell.notes)}`
}

/** `−` and `±` in math, an absent value as an en dash. */
function latexNumber(text: string): string {
  return text.replace(/–/g, '--').replace(/−/g, '$-$').replace(/±/g, '$\\pm$')
}

function marks(notes: readonly number[]): string {
  return notes.length === 0 ? '' : `$^{\\mathrm{${notes.map(words.noteMark).join(',')}}}$`
}

function row(cells: readonly string[]): string {
  // A cell that starts with `[` after `\\` would be read as the optional argument of `\\`; an empty group before it prevents that.
  return `${cells.map((cell) => (cell.startsWith('[') ? `{}${cell}` : cell)).join(' & ')} \\\\`
}

const special: Record<string, string> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '#': '\\#',
  '^': '\\textasciicircum{}',
  _: '\\_',
  '~': '\\textasciitilde{}',
  '%': '\\%',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '"': "''",
  '|': '\\textbar{}',
  '×': '$\\times$',
  '±': '$\\pm$',
  '−': '$-$',
  '–': '--',
  '→': '$\\rightarrow$',
  '↑': '$\\uparrow$',
  '↓': '$\\downarrow$',
  '∞': '$\\infty$',
  '²': '$^2$',
  δ: '$\\delta$',
  '†': '$\\dagger$',
}

/** Text of a record as literal LaTeX text. */
export function escapeLatex(text: string): string {
  return plainText(text).replace(/[\\{}$&#^_~%<>"|×±−–→↑↓∞²δ†]/g, (character) => special[character])
}
