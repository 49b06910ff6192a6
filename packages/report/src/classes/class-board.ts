import type { ClassColumn, ClassDifference, ClassMethod, ClassScore, ClassScores } from '@kinemetric/records'
import { differenceDecimals, formatInterval, formatNumber } from '../board/format-score.ts'
import { distinguish } from '../board/names/signature-parts.ts'
import { arrow } from '../text/board-text.ts'
import { classFoot } from './class-foot.ts'

/** Scores by class as every format prints them. */
export interface ClassBoard {
  title: string
  tables: ClassTable[]
  foot: string[]
  /** What letters behind values stand for. */
  notes: string[]
}

/** Classes down, methods or metrics across. */
export interface ClassTable {
  /** What all its columns are of; '' where that is the board's title. */
  caption: string
  rows: ClassTableRow[]
  columns: { heading: string[] }[]
}

export interface ClassTableRow {
  name: string
  /** Clips of the class. */
  clips: string
  /** Whether it is a class; the other rows are of clips of all classes or of none. */
  isClass: boolean
  cells: ClassCell[]
}

export interface ClassCell {
  /** `–` where there is none. */
  text: string
  interval: string
  /** `n = 3`, where that is not the row's number. */
  n: string
  /** Index into the board's notes: why there is no interval. */
  note: number | null
}

const none: ClassCell = { text: '–', interval: '', n: '', note: null }

/** Notes of a board, each once. */
class Notes {
  readonly texts: string[] = []

  take(text: string): number {
    const known = this.texts.indexOf(text)
    return known < 0 ? this.texts.push(text) - 1 : known
  }
}

/** Of one method metrics stand side by side, of several the methods, a table a metric. */
export function classBoard(scores: ClassScores): ClassBoard {
  const { protocol, columns } = scores
  const notes = new Notes()
  const headings = columnHeadings(columns)
  const [alone] = scores.records
  const tables =
    scores.records.length === 1
      ? [
          tableOf(
            scores,
            columns.map((column, at) => ({ heading: headings[at], column, method: column.methods[0] })),
            notes,
            '',
          ),
        ]
      : columns.map((column, at) =>
          tableOf(
            scores,
            column.methods.map((method) => ({ heading: [nameOf(scores, method.method)], column, method })),
            notes,
            headings[at].join(', '),
          ),
        )
  const of = scores.records.length === 1 ? `${alone.name}, ` : ''
  return {
    title: `${of}${protocol.id} (version ${protocol.version}) by ${scores.by}`,
    tables: tables.filter((table) => table.columns.length > 0),
    foot: classFoot(scores),
    notes: notes.texts,
  }
}

/** `PSNR ↑ dB`, and its recipe. */
export function columnHeadings(columns: readonly ClassColumn[]): string[][] {
  return columns.map((column) => {
    const { metric, recipe, label, unit, better } = column
    const same = columns.filter((other) => other.metric === metric && other.recipe === recipe)
    const apart = same.length === 1 ? '' : distinguish(same.map(({ signature }) => signature))[same.indexOf(column)]
    const title = `${label?.short ?? metric} ${arrow(better)}${unit === '' ? '' : ` ${unit}`}`
    return [title, ...recipe.split('/'), ...(apart === '' ? [] : [apart])]
  })
}

export function nameOf({ records }: Pick<ClassScores, 'records'>, method: string): string {
  return records.find((each) => each.method === method)?.name ?? method
}

interface PrintedColumn {
  heading: string[]
  column: ClassColumn
  method: ClassMethod | undefined
}

function tableOf(scores: ClassScores, printed: readonly PrintedColumn[], notes: Notes, caption: string): ClassTable {
  const { classes, clips, unlabelled, leftOut } = scores
  const cellsOf = (
    scoreOf: (method: ClassMethod) => ClassScore | null,
    differenceOf: (method: ClassMethod) => ClassDifference | null,
    of: number,
  ) =>
    printed.flatMap(({ column, method }) => {
      const decimals = column.label?.decimals ?? 3
      const own = method === undefined ? none : scoreCell(scoreOf(method), decimals, of, notes)
      return method?.differences === undefined
        ? [own]
        : [own, differenceCell(differenceOf(method), decimals, of, notes)]
    })
  const rows = classes.map((each, at): ClassTableRow => ({
    name: each.name,
    clips: String(each.clips),
    isClass: true,
    cells: cellsOf(
      ({ classes: own }) => own[at],
      ({ differences }) => differences?.[at] ?? null,
      each.clips,
    ),
  }))
  const others = (name: string, count: number, scoreOf: (method: ClassMethod) => ClassScore | null): ClassTableRow => ({
    name,
    clips: String(count),
    isClass: false,
    cells: cellsOf(scoreOf, () => null, count),
  })
  if (unlabelled > 0) rows.push(others(`no ${scores.by}`, unlabelled, (method) => method.unlabelled))
  if (classes.length !== 1 || unlabelled + leftOut.clips > 0)
    rows.push(others('all clips', clips, (method) => method.all))
  return {
    caption,
    rows,
    columns: printed.flatMap(({ heading, method }) =>
      method?.differences === undefined ? [{ heading }] : [{ heading }, { heading: [`− ${scores.against}`] }],
    ),
  }
}

function scoreCell(score: ClassScore | null, decimals: number, of: number, notes: Notes): ClassCell {
  if (score === null) return none
  const { value, n, interval, reason } = score
  return {
    text: formatNumber(value, decimals),
    ...sure({ n, interval, reason }, decimals, of, notes),
  }
}

function differenceCell(found: ClassDifference | null, metricDecimals: number, of: number, notes: Notes): ClassCell {
  if (found === null) return none
  const { difference, n, interval, reason } = found
  const decimals = differenceDecimals({ difference, interval }, metricDecimals)
  return {
    text: `${difference > 0 ? '+' : ''}${formatNumber(difference, decimals)}`,
    ...sure({ n, interval, reason }, decimals, of, notes),
  }
}

function sure(
  { n, interval, reason }: Pick<ClassScore, 'n' | 'interval' | 'reason'>,
  decimals: number,
  of: number,
  notes: Notes,
): Omit<ClassCell, 'text'> {
  return {
    interval: interval === null ? '' : formatInterval(interval, decimals),
    n: n === of ? '' : `n = ${n}`,
    note: interval === null && reason !== undefined ? notes.take(`no interval: ${reason}`) : null,
  }
}
