import type { ClassScores } from '@kinemetric/records'
import { presentable, visibleJson, visibleText } from '../board/presentable.ts'
import { noteMark } from '../text/board-text.ts'
import type { FormatOptions, TableFormat } from '../text/format-boards.ts'
import { escapeLatex, latexNumber, row as latexRow, small } from '../text/latex-table.ts'
import { escapeMarkdown, table as markdownTable } from '../text/markdown-table.ts'
import { blocks, style, type TerminalOptions, type TextColumn } from '../text/terminal-table.ts'
import { truncate, truncateName, wrap } from '../text/text-width.ts'
import { type ClassBoard, classBoard, type ClassCell, type ClassTable } from './class-board.ts'
import { classCsv } from './class-csv.ts'
import { sortClasses } from './sort-classes.ts'

export interface ClassTableOptions extends FormatOptions {
  /** The order of the classes: `clips` (default, the largest first), `class`, or a metric's id (the best first). */
  sort?: string | undefined
}

/**
 * Scores by class as text, a table a protocol. JSON is `{ schema: 'kinemetric/class-table@1', protocols }` of class scores as they are (`class-scores.json`).
 * @throws KinemetricError `unknown-metric` where `sort` names what no column is of
 */
export function renderClasses(scores: readonly ClassScores[], options: ClassTableOptions): string {
  const sorted = scores.map((each) => sortClasses(presentable(each), options.sort))
  return formats[options.format](sorted, options)
}

const formats: Record<TableFormat, (scores: readonly ClassScores[], options: FormatOptions) => string> = {
  terminal: (scores, { color = false, width = 100 }) =>
    scores.map((each) => terminal(classBoard(each), { color, width: Math.max(40, width) })).join('\n\n'),
  markdown: (scores) => scores.map((each) => markdown(classBoard(each))).join('\n\n'),
  latex: (scores) => ['% Needs \\usepackage{booktabs}.', ...scores.map((each) => latex(classBoard(each)))].join('\n\n'),
  csv: classCsv,
  json: (scores) => visibleJson(JSON.stringify({ schema: 'kinemetric/class-table@1', protocols: scores }, null, 2)),
}

function terminal({ title, tables, foot, notes }: ClassBoard, options: TerminalOptions): string {
  const lines = [style(truncate(visibleText(title), options.width), 'title', options)]
  for (const table of tables) {
    if (table.caption !== '') lines.push('', ...wrap(visibleText(table.caption), options.width))
    const ruled = table.rows.findIndex(({ isClass }) => !isClass)
    lines.push(...blocks(textColumns(table), options, ruled > 0 ? [ruled] : []))
  }
  lines.push('')
  for (const sentence of foot) lines.push(...wrap(visibleText(sentence), options.width))
  for (const [at, note] of notes.entries()) lines.push(...wrap(`(${noteMark(at)}) ${visibleText(note)}`, options.width))
  return lines.join('\n')
}

function textColumns({ rows, columns }: ClassTable): TextColumn[] {
  const plain = rows.map((): '' => '')
  return [
    {
      heading: ['class'],
      cells: rows.map(({ name }) => truncateName(visibleText(name), 48)),
      align: 'left',
      styles: plain,
    },
    { heading: ['clips'], cells: rows.map(({ clips }) => clips), align: 'right', styles: plain },
    ...columns.map(({ heading }, at): TextColumn => {
      const cells = rows.map((row) => row.cells[at])
      const tails = cells.map(tailOf)
      const widest = Math.max(0, ...tails.map(({ length }) => length))
      return {
        heading: heading.map((line) => truncateName(visibleText(line), 40)),
        cells: cells.map(({ text }, row) => (widest === 0 ? text : `${text} ${tails[row].padEnd(widest)}`)),
        align: 'right',
        styles: plain,
      }
    }),
  ]
}

function tailOf({ interval, n, note }: ClassCell): string {
  return [interval, n, note === null ? '' : `(${noteMark(note)})`].filter((part) => part !== '').join(' ')
}

function markdown({ title, tables, foot, notes }: ClassBoard): string {
  const parts = tables.flatMap(({ caption, rows, columns }) => {
    const head = ['Class', 'Clips', ...columns.map(({ heading }) => heading.map(escapeMarkdown).join('<br>'))]
    const body = rows.map(({ name, clips, cells, isClass }) => [
      isClass ? escapeMarkdown(name) : `*${escapeMarkdown(name)}*`,
      clips,
      ...cells.map(markdownCell),
    ])
    return [...(caption === '' ? [] : [`#### ${escapeMarkdown(caption)}`]), markdownTable(head, body)]
  })
  const marks = notes.map((note, at) => `<sup>${noteMark(at)}</sup> ${escapeMarkdown(note)}`)
  return [`### ${escapeMarkdown(title)}`, ...parts, foot.map(escapeMarkdown).join(' '), marks.join('<br>\n')]
    .filter((part) => part !== '')
    .join('\n\n')
}

function markdownCell({ text, interval, n, note }: ClassCell): string {
  const said = [text, escapeMarkdown(interval), n === '' ? '' : `(${n})`].filter((part) => part !== '').join(' ')
  return note === null ? said : `${said}<sup>${noteMark(note)}</sup>`
}

function latex({ title, tables, foot, notes }: ClassBoard): string {
  return tables
    .map(({ caption, rows, columns }) => {
      const tallest = Math.max(1, ...columns.map(({ heading }) => heading.length))
      const heads = Array.from({ length: tallest }, (_, at) => {
        const texts = columns.map(({ heading }) => escapeLatex(heading[at] ?? ''))
        return latexRow(at === 0 ? ['Class', 'Clips', ...texts] : ['', '', ...texts.map(smallOrNone)])
      })
      const said = [escapeLatex(title), ...(caption === '' ? [] : [escapeLatex(caption)])].join(': ')
      const ruled = rows.findIndex(({ isClass }) => !isClass)
      return [
        `% ${visibleText(title)}`,
        '\\begin{table}',
        '\\centering',
        `\\caption{${said}. ${foot.map(escapeLatex).join(' ')}}`,
        `\\begin{tabular}{lr${'r'.repeat(columns.length)}}`,
        '\\toprule',
        ...heads,
        '\\midrule',
        ...rows.flatMap(({ name, clips, cells }, at) => {
          const line = latexRow([escapeLatex(name), clips, ...cells.map(latexCell)])
          return at === ruled && at > 0 ? ['\\midrule', line] : [line]
        }),
        '\\bottomrule',
        '\\end{tabular}',
        ...latexNotes(notes),
        '\\end{table}',
      ].join('\n')
    })
    .join('\n\n')
}

function latexNotes(notes: readonly string[]): string[] {
  if (notes.length === 0) return []
  const marked = notes.map((note, at) => `$^{\\mathrm{${noteMark(at)}}}$ ${escapeLatex(note)}`)
  return ['', `\\par\\smallskip{\\footnotesize ${marked.join('\\quad ')}}`]
}

function smallOrNone(text: string): string {
  return text === '' ? '' : small(text)
}

function latexCell({ text, interval, n, note }: ClassCell): string {
  const parts = [
    latexNumber(text),
    interval === '' ? '' : small(latexNumber(interval)),
    n === '' ? '' : small(`(${n})`),
  ]
  const said = parts.filter((part) => part !== '').join(' ')
  return note === null ? said : `${said}$^{\\mathrm{${noteMark(note)}}}$`
}
