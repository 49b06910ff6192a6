import type { Claims, Comparisons, KinemetricRecord } from '@kinemetric/records'
import { type BoardColumn, boardColumns, columnTitle } from './board-columns.ts'
import { type BoardRow, boardRow, NoteList, rowGroups } from './board-rows.ts'
import { type BoundRow, boundRows } from './bound-rows.ts'
import { type ClaimsTable, claimsTable } from './claims-table.ts'
import { namesAsked, type NamedMetric, namedMetrics } from './names/metric-names.ts'
import { numberNotes } from './number-notes.ts'
import { pairOf } from './pair-view.ts'

/** One protocol's methods by columns of comparable scores, and the claims that belong to it, apart. */
export interface Leaderboard {
  /** Unique among the boards of one report, fit for a file name. */
  key: string
  protocol: KinemetricRecord['protocol']
  /** How the report's records call their metrics, in their order. */
  metrics: NamedMetric[]
  columns: BoardColumn[]
  /** Methods, then trivial baselines, floors and ceilings. */
  rows: BoardRow[]
  /** Levels of chance, a row a method that has one; they stand below the others. */
  bounds: BoundRow[]
  claims: ClaimsTable | null
  /** What the methods were found to differ by; null where they were not compared. */
  comparisons: Comparisons | null
  /** Why they were not; '' where they were. */
  notCompared: string
  /** Footnotes; cells and rows refer to them by index. */
  notes: string[]
}

export interface LeaderboardOptions {
  /** A metric id, a column key or `method`. Best first, trivial baselines, floors and ceilings apart. */
  sort?: string | undefined
  /** Metric ids to keep, in this order. */
  metrics?: readonly string[] | undefined
  /** What the methods were found to differ by, a protocol each; without it nothing is marked or ranked. */
  comparisons?: readonly Comparisons[] | undefined
}

/**
 * Groups records into one board per protocol (id, version and digest), with a column for each metric and signature.
 *
 * Two scores share a column only where their signatures agree, so different recipes, networks and trackers never do. Marks and rank intervals are those
 * of `comparisons`, and the values of ranked columns are over the clips that all ranked methods have: nothing is ranked here.
 * A metric that no record has is passed over.
 */
export function assembleLeaderboards(
  records: readonly KinemetricRecord[],
  claims: readonly Claims[],
  options: LeaderboardOptions = {},
): Leaderboard[] {
  const groups = new Map<string, KinemetricRecord[]>()
  for (const record of records) {
    const key = protocolKey(record.protocol)
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

/** What tells protocols apart. */
export function protocolKey({ id, version, digest }: { id: string; version: number; digest: string }): string {
  return `${id}@${version}#${digest}`
}

function buildBoard(
  records: readonly KinemetricRecord[],
  claims: readonly Claims[],
  metrics: NamedMetric[],
  options: LeaderboardOptions,
  ambiguous: boolean,
): Leaderboard {
  const protocol = records[0].protocol
  const comparisons =
    options.comparisons?.find((entry) => protocolKey(entry.protocol) === protocolKey(protocol)) ?? null
  const asked = options.metrics && namesAsked(options.metrics, metrics)
  const columns = boardColumns(records, metrics, asked, comparisons)
  const notes = new NoteList()
  const rows = records.map((record) => boardRow(record, columns, notes))
  noteReferences(rows, notes)
  noteVersions(rows, notes)
  noteCeilings(rows, columns, notes)
  sortRows(rows, columns, options.sort)
  const numbered = numberNotes(rows, notes.texts)
  return {
    key: ambiguous ? `${protocol.id}-v${protocol.version}-${protocol.digest.slice(0, 8)}` : protocol.id,
    protocol,
    metrics,
    columns,
    rows: numbered.rows,
    bounds: boundRows(numbered.rows, columns),
    claims: claimsTable(claims, protocol.id, metrics, asked),
    comparisons,
    notCompared: comparisons === null ? whyNot(rows.length) : '',
    notes: numbered.notes,
  }
}

function whyNot(records: number): string {
  return records > 1 ? 'these records were not compared' : 'one record alone has nothing to be compared with'
}

/** Equal signatures over different reference frames are still not the same test. */
function noteReferences(rows: readonly BoardRow[], notes: NoteList): void {
  // What was held against nothing has no numbers but those that need no reference.
  const complete = rows.flatMap((row) => {
    const { clips, provenance } = row.record
    return clips.failed > 0 || provenance.frames.reference === null ? [] : [{ row, own: provenance.frames.reference }]
  })
  if (new Set(complete.map(({ own }) => own)).size < 2) return
  for (const { row, own } of complete) {
    const digest = own.slice(0, 8)
    row.notes.push(notes.add(`Scored against other reference frames than some methods here (digest ${digest}).`))
  }
}

/** Numbers of several versions share a column only where their signatures agree, and are worth a second look where they do. */
function noteVersions(rows: readonly BoardRow[], notes: NoteList): void {
  const versions = Map.groupBy(rows, ({ record }) => record.provenance.code.version)
  if (versions.size < 2) return
  for (const [version, group] of versions) {
    const note = notes.add(`Measured by kinemetric ${version}, others here by another version.`)
    for (const row of group) row.notes.push(note)
  }
}

function sortRows(rows: BoardRow[], columns: readonly BoardColumn[], sort: string | undefined): void {
  const index = columns.findIndex((column) => column.key === sort || column.metric === sort)
  if (index < 0) {
    rows.sort((a, b) => byGroup(a, b) || byName(a, b))
    return
  }
  const sign = columns[index].better === 'higher' ? -1 : 1
  rows.sort((a, b) => {
    const x = a.cells[index]?.value ?? null
    const y = b.cells[index]?.value ?? null
    const byValue = x === null || y === null ? Number(x === null) - Number(y === null) : sign * (x - y)
    return byGroup(a, b) || byValue || byName(a, b)
  })
}

/** A method that is better than the reference after a codec has seen the reference, or is paired with the wrong one. */
function noteCeilings(rows: readonly BoardRow[], columns: readonly BoardColumn[], notes: NoteList): void {
  const ceilings = rows.filter(({ group }) => group === 'ceiling')
  for (const [index, column] of columns.entries())
    for (const { name, id, cells } of rows)
      for (const ceiling of ceilings) {
        const view = pairOf(column.compared?.trivialPairs ?? [], id, ceiling.id)
        if (view?.separated !== 'better') continue
        cells[index]?.notes.push(
          notes.add(`${columnTitle(column)}: ${name} is separated from ${ceiling.name} and better: check the pairing.`),
        )
      }
}

function byGroup(a: BoardRow, b: BoardRow): number {
  return rowGroups.indexOf(a.group) - rowGroups.indexOf(b.group)
}

function byName(a: BoardRow, b: BoardRow): number {
  return compareText(a.name, b.name) || compareText(a.id, b.id)
}

/** Code unit order: the same everywhere, whatever the locale. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
