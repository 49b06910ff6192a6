import { visibleText } from '../board/presentable.ts'
import * as words from './board-text.ts'
import { recipeLines } from '../board/board-columns.ts'
import { boardFoot, markNames } from '../board/board-foot.ts'
import type { Leaderboard } from '../board/leaderboard.ts'

/**
 * The boards as LaTeX for booktabs: marks as bold and underlined, the ranks that a method may have as a subscript, the foot as the caption. Compiles with
 * pdflatex (utf8), lualatex and xelatex.
 */
export function latexTable(boards: readonly Leaderboard[]): string {
  return ['% Needs \\usepackage{booktabs}.', ...boards.map(latexBoard)].join('\n\n')
}

function latexBoard(board: Leaderboard): string {
  const head = [
    'Method',
    'Clips',
    ...board.columns.map((column) => {
      const arrow = column.better === 'higher' ? '$\\uparrow$' : '$\\downarrow$'
      return `${escapeLatex(column.label)} ${arrow}${column.unit === '' ? '' : ` (${escapeLatex(column.unit)})`}`
    }),
  ]
  const recipes = board.columns.map(recipeLines)
  const tallest = Math.max(0, ...recipes.map((lines) => lines.length))
  const lines = [
    `% ${visibleText(words.boardTitle(board))}`,
    '\\begin{table}',
    '\\centering',
    `\\caption{${escapeLatex(words.boardTitle(board))}. ${latexFoot(board)}}`,
    `\\begin{tabular}{lr${'r'.repeat(board.columns.length)}}`,
    '\\toprule',
    row(head),
    ...Array.from({ length: tallest }, (_, at) =>
      row(['', '', ...recipes.map((lines) => (lines[at] === undefined ? '' : small(escapeLatex(lines[at]))))]),
    ),
    '\\midrule',
    ...words.printedRows(board).flatMap((entry) => {
      const dagger = entry.dagger === '' ? '' : '$^\\dagger$'
      const cells = [`${escapeLatex(entry.name)}${dagger}${marks(entry.notes)}`, entry.clips]
      const line = row([...cells, ...entry.cells.map(latexCell)])
      return entry.ruled ? ['\\midrule', line] : [line]
    }),
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

function latexFoot(board: Leaderboard): string {
  return boardFoot(board)
    .map(escapeLatex)
    .map((text) =>
      markNames(text, { bold: '\\textbf{Bold}', underlined: '\\underline{underlined}', trivial: '$^\\dagger$' }),
    )
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

function latexCell({ text, mark, interval, rank, tag, notes }: words.PrintedCell): string {
  const number = latexNumber(text)
  const value = mark === 'bold' ? `\\textbf{${number}}` : mark === 'underline' ? `\\underline{${number}}` : number
  const place = rank === '' ? '' : `\\textsubscript{${latexNumber(rank)}}`
  const rest = [interval === '' ? '' : small(latexNumber(interval)), tag === '' ? '' : small(escapeLatex(tag))]
  return [`${value}${place}`, ...rest.filter((part) => part !== '')].join(' ') + marks(notes)
}

export function small(text: string): string {
  return `{\\scriptsize ${text}}`
}

/** `−` in math, an absent value and a range with an en dash. */
export function latexNumber(text: string): string {
  return text.replace(/–/g, '--').replace(/−/g, '$-$')
}

function marks(notes: readonly number[]): string {
  return notes.length === 0 ? '' : `$^{\\mathrm{${notes.map(words.noteMark).join(',')}}}$`
}

export function row(cells: readonly string[]): string {
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
  α: '$\\alpha$',
  τ: '$\\tau$',
  '≥': '$\\geq$',
  '≤': '$\\leq$',
  '’': "'",
  '…': '\\ldots{}',
  '†': '$\\dagger$',
}

/** Text of a record as literal LaTeX text. */
export function escapeLatex(text: string): string {
  return visibleText(text).replace(/[\\{}$&#^_~%<>"|×±−–→↑↓∞²δατ≥≤’…†]/g, (character) => special[character])
}
