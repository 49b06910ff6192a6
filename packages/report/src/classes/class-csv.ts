import type { ClassColumn, ClassDifference, ClassMethod, ClassScore, ClassScores } from '@kinemetric/records'
import { visibleText } from '../board/presentable.ts'
import { csvCell } from '../markup/csv-text.ts'
import { nameOf } from './class-board.ts'

const header = [
  'protocol',
  'protocol_version',
  'by',
  'kind',
  'class',
  'class_clips',
  'method',
  'method_name',
  'metric',
  'recipe',
  'value',
  'unit',
  'better',
  'low',
  'high',
  'n',
  'units',
  'interval_level',
  'interval_method',
  'remark',
  'against',
  'difference',
  'difference_low',
  'difference_high',
  'difference_n',
  'difference_units',
  'difference_remark',
  'signature',
] as const

type Line = Partial<Record<(typeof header)[number], string | number | null>>

/**
 * Scores by class as CSV (RFC 4180), one line a class, method and metric, full precision; `kind` tells classes from `unlabelled` clips and from `all` of them. A class of
 * which a method has no clip has an empty value and n 0. Text that a spreadsheet would run as a formula gets a leading apostrophe.
 */
export function classCsv(scores: readonly ClassScores[]): string {
  const lines = scores.flatMap((each) =>
    each.columns.flatMap((column) => column.methods.flatMap((method) => linesOf(each, column, method))),
  )
  return [header.join(','), ...lines.map((line) => header.map((name) => field(line[name] ?? null)).join(','))]
    .map((line) => `${line}\r\n`)
    .join('')
}

function linesOf(scores: ClassScores, column: ClassColumn, method: ClassMethod): Line[] {
  const { protocol, by, classes, unlabelled, clips, against } = scores
  const of = (
    kind: string,
    name: string,
    count: number,
    score: ClassScore | null,
    difference: ClassDifference | null,
  ): Line => ({
    protocol: protocol.id,
    protocol_version: protocol.version,
    by,
    kind,
    class: name,
    class_clips: count,
    method: method.method,
    method_name: nameOf(scores, method.method),
    metric: column.metric,
    recipe: column.recipe,
    unit: column.unit,
    better: column.better,
    signature: column.signature,
    value: score?.value ?? null,
    n: score?.n ?? 0,
    units: score?.units ?? 0,
    low: score?.interval?.low ?? null,
    high: score?.interval?.high ?? null,
    interval_level: score?.interval?.level ?? null,
    interval_method: score?.interval?.method ?? null,
    remark: score?.reason ?? null,
    ...(difference === null
      ? {}
      : {
          against: against ?? null,
          difference: difference.difference,
          difference_low: difference.interval?.low ?? null,
          difference_high: difference.interval?.high ?? null,
          difference_n: difference.n,
          difference_units: difference.units,
          difference_remark: difference.reason ?? null,
        }),
  })
  return [
    ...classes.map(({ name, clips: count }, at) =>
      of('class', name, count, method.classes[at], method.differences?.[at] ?? null),
    ),
    ...(unlabelled > 0 ? [of('unlabelled', '', unlabelled, method.unlabelled, null)] : []),
    of('all', '', clips, method.all, null),
  ]
}

function field(cell: string | number | null): string {
  if (cell === null) return ''
  return typeof cell === 'number' ? String(cell) : csvCell(visibleText(cell))
}
