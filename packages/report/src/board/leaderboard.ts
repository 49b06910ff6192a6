import type { KinemetricError } from '@kinemetric/files'
import type { Claims, KinemetricRecord, Score } from '@kinemetric/records'
import { type ClaimsTable, claimsTable } from './claims-table.ts'
import { formatInterval, formatNumber, isSymmetric } from './format-score.ts'
import { byMetric, metricLabel, type NamedMetric, namedMetrics } from './metric-names.ts'
import { rankColumn } from './rank-column.ts'
import { reportError } from './report-error.ts'
import { distinguish } from './signature-parts.ts'

/** One metric under one signature: all cells of a column are comparable. */
export interface BoardColumn {
  /** Unique in the board: metric and signature. */
  key: string
  metric: string
  recipe: string
  signature: string
  /** `FVD` */
  label: string
  /** `Fréchet video distance` */
  longLabel: string
  /** What tells this column from others of the same metric; '' where there is one. */
  sublabel: string
  unit: string
  better: 'higher' | 'lower'
  decimals: number
}

export interface BoardCell {
  score: Score
  /** The value as printed. */
  text: string
  /** `± 0.012`, `[0.671, 0.689]` or ''. */
  interval: string
  /** 1 the best, 2 the second best of the column's ranked methods, null neither. */
  rank: 1 | 2 | null
  /** Indices into the board's notes. */
  notes: number[]
}

export interface BoardRow {
  record: KinemetricRecord
  id: string
  name: string
  trivial: boolean
  cells: (BoardCell | null)[]
  notes: number[]
}

/** One protocol's methods by columns of comparable scores, and the claims that belong to it, apart. */
export interface Leaderboard {
  /** Unique among the boards of one report, fit for a file name. */
  key: string
  protocol: KinemetricRecord['protocol']
  /** How the report's records call their metrics, in their order. */
  metrics: NamedMetric[]
  columns: BoardColumn[]
  rows: BoardRow[]
  claims: ClaimsTable | null
  /** Footnotes; cells and rows refer to them by index. */
  notes: string[]
  /** True when trivial baselines take part in the ranking, because there is nothing else. */
  trivialRanked: boolean
}

export interface LeaderboardOptions {
  /** A metric id, a column key or `method`. Best first. */
  sort?: string | undefined
  /** Metric ids to keep, in this order. */
  metrics?: readonly string[] | undefined
}

/**
 * Groups records into one board per protocol (id, version and digest), with a column for each metric and signature.
 *
 * Two scores share a column only where their signatures agree, so different recipes, networks and trackers never do. The best and the second best
 * are marked among methods that are not trivial baselines (among all, where all are trivial) and only where two or more can be compared.
 *
 * @throws KinemetricError `unknown-metric` when `sort` or `metrics` names what no record has
 */
export function buildLeaderboards(
  records: readonly KinemetricRecord[],
  claims: readonly Claims[],
  options: LeaderboardOptions = {},
): Leaderboard[] {
  checkMetrics(records, namedMetrics(records), options)
  const groups = new Map<string, KinemetricRecord[]>()
  for (const record of records) {
    const { id, version, digest } = record.protocol
    const key = `${id}@${version}#${digest}`
    groups.set(key, [...(groups.get(key) ?? []), record])
  }
  const ids = [...groups.values()].map((group) => group[0].protocol.id)
  return [...groups.values()]
    .map((group) => {
      const ambiguous = ids.filter((id) => id === group[0].protocol.id).length > 1
      // Claims may be of metrics that only another protocol's records have.
      return buildBoard(group, claims, namedMetrics([...group, ...records]), options, ambiguous)
    })
    .sort((a, b) => compareText(a.key, b.key))
}

function buildBoard(
  records: readonly KinemetricRecord[],
  claims: readonly Claims[],
  metrics: NamedMetric[],
  options: LeaderboardOptions,
  ambiguous: boolean,
): Leaderboard {
  const protocol = records[0].protocol
  const columns = boardColumns(records, metrics, options.metrics)
  const notes = new NoteList()
  const rows = records.map((record) => boardRow(record, columns, notes))
  const trivialRanked = rows.every((row) => row.trivial)
  for (const [index, column] of columns.entries()) {
    const ranked = rows.map((row) => (trivialRanked || !row.trivial ? (row.cells[index]?.score.value ?? null) : null))
    rankColumn(ranked, column.better).forEach((rank, row) => {
      const cell = rows[row].cells[index]
      if (cell) cell.rank = rank
    })
    setIntervals(rows, index, column.decimals)
  }
  noteReferences(rows, notes)
  sortRows(rows, columns, options.sort)
  return {
    key: ambiguous ? `${protocol.id}-v${protocol.version}-${protocol.digest.slice(0, 8)}` : protocol.id,
    protocol,
    metrics,
    columns,
    rows,
    claims: claimsTable(claims, protocol.id, metrics, options.metrics),
    notes: notes.texts,
    trivialRanked,
  }
}

function boardColumns(
  records: readonly KinemetricRecord[],
  named: readonly NamedMetric[],
  metrics: readonly string[] | undefined,
): BoardColumn[] {
  const scores = new Map<string, Score>()
  for (const score of records.flatMap((record) => record.scores)) {
    const key = `${score.metric} ${score.signature}`
    if ((metrics === undefined || metrics.includes(score.metric)) && !scores.has(key)) scores.set(key, score)
  }
  const columns = [...scores].map(([key, score]): BoardColumn => {
    const { short, long, decimals } = metricLabel(named, score.metric)
    const { metric, recipe, signature, unit, better } = score
    return { key, metric, recipe, signature, label: short, longLabel: long, sublabel: '', unit, better, decimals }
  })
  // A metric's columns stand side by side, in the order of the records.
  const order =
    metrics === undefined ? byMetric(named) : (a: string, b: string) => metrics.indexOf(a) - metrics.indexOf(b)
  columns.sort((a, b) => order(a.metric, b.metric))
  for (const metric of new Set(columns.map((column) => column.metric))) {
    const same = columns.filter((column) => column.metric === metric)
    distinguish(same.map((column) => column.signature)).forEach((text, index) => {
      same[index].sublabel = text
    })
  }
  return columns
}

function boardRow(record: KinemetricRecord, columns: readonly BoardColumn[], notes: NoteList): BoardRow {
  const rowNotes: number[] = []
  const { failures, clips } = record
  if (clips.failed > 0 || failures.length > 0) rowNotes.push(notes.add(failureNote(record)))
  for (const warning of record.warnings ?? []) rowNotes.push(notes.add(warning))
  const cells = columns.map((column): BoardCell | null => {
    const score = record.scores.find(({ metric, signature }) => `${metric} ${signature}` === column.key)
    if (score === undefined) return null
    const cellNotes = (score.warnings ?? []).map((warning) => notes.add(`${column.label}: ${warning}`))
    return { score, text: formatNumber(score.value, column.decimals), interval: '', rank: null, notes: cellNotes }
  })
  return {
    record,
    id: record.method.id,
    name: record.method.name,
    trivial: record.method.trivial,
    cells,
    notes: rowNotes,
  }
}

function failureNote({ failures, clips }: KinemetricRecord): string {
  const reasons = new Map<string, number>()
  for (const { reason } of failures) reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
  const list = [...reasons].map(([reason, count]) => (reasons.size > 1 ? `${reason} ${count}` : reason)).join(', ')
  // More failures than failed clips: a generated clip without a reference is none of the protocol's clips.
  const failed = failures.length === clips.failed ? `${clips.failed} failed` : `${failures.length} failures`
  return `Scored over ${clips.scored} of ${clips.total} clips; ${failed}${list === '' ? '' : `: ${list}`}.`
}

/** Equal signatures over different reference frames are still not the same test. */
function noteReferences(rows: readonly BoardRow[], notes: NoteList): void {
  const complete = rows.filter((row) => row.record.clips.failed === 0)
  const digests = new Set(complete.map((row) => row.record.provenance.frames.reference))
  if (digests.size < 2) return
  for (const row of complete) {
    const digest = row.record.provenance.frames.reference.slice(0, 8)
    row.notes.push(notes.add(`Scored against other reference frames than some methods here (digest ${digest}).`))
  }
}

/** `±` for a column only where it tells the whole interval in each of its cells. */
function setIntervals(rows: readonly BoardRow[], index: number, decimals: number): void {
  const cells = rows.map((row) => row.cells[index]).filter((cell) => cell?.score.interval && cell.score.value !== null)
  const symmetric = cells.every((cell) => isSymmetric(cell!.score.value!, cell!.score.interval!, decimals))
  for (const cell of cells) {
    cell!.interval = formatInterval(cell!.score.interval!, decimals, symmetric ? 'plus-minus' : 'bounds')
  }
}

function sortRows(rows: BoardRow[], columns: readonly BoardColumn[], sort: string | undefined): void {
  const byName = (a: BoardRow, b: BoardRow) => compareText(a.name, b.name) || compareText(a.id, b.id)
  const index = columns.findIndex((column) => column.key === sort || column.metric === sort)
  if (index < 0) {
    rows.sort((a, b) => (sort === 'method' ? 0 : Number(a.trivial) - Number(b.trivial)) || byName(a, b))
    return
  }
  const sign = columns[index].better === 'higher' ? -1 : 1
  rows.sort((a, b) => {
    const x = a.cells[index]?.score.value ?? null
    const y = b.cells[index]?.score.value ?? null
    if (x === null || y === null) return Number(x === null) - Number(y === null) || byName(a, b)
    return sign * (x - y) || byName(a, b)
  })
}

function checkMetrics(
  records: readonly KinemetricRecord[],
  metrics: readonly NamedMetric[],
  options: LeaderboardOptions,
): void {
  if (records.length === 0) return
  const scores = records.flatMap((record) => record.scores)
  const known = metrics.map(({ id }) => id)
  for (const metric of options.metrics ?? []) {
    if (!known.includes(metric)) throw unknown('metrics', metric, known)
  }
  const { sort } = options
  if (sort === undefined || sort === 'method' || known.includes(sort)) return
  if (!scores.some((score) => `${score.metric} ${score.signature}` === sort)) throw unknown('sort', sort, known)
}

function unknown(option: string, found: string, known: readonly string[]): KinemetricError {
  return reportError('unknown-metric', option, { expected: `one of ${known.join(', ')}`, found: `'${found}'` })
}

/** Code unit order: the same everywhere, whatever the locale. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Footnotes without repetition. */
class NoteList {
  readonly texts: string[] = []

  add(text: string): number {
    const index = this.texts.indexOf(text)
    return index >= 0 ? index : this.texts.push(text) - 1
  }
}
