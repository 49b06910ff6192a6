import type { Leaderboard } from '../board/leaderboard.ts'

const header = [
  'protocol',
  'protocol_version',
  'kind',
  'method',
  'method_name',
  'trivial',
  'metric',
  'recipe',
  'value',
  'unit',
  'better',
  'rank',
  'n',
  'interval_low',
  'interval_high',
  'interval_level',
  'interval_method',
  'clips_scored',
  'clips_total',
  'signature',
  'warnings',
  'source',
]

type Cell = string | number | boolean | null

/**
 * The boards as CSV (RFC 4180: CRLF, quotes doubled), one line a score, full precision; `kind` tells measurements from claims.
 * Text that a spreadsheet would run as a formula gets a leading apostrophe.
 */
export function csvTable(boards: readonly Leaderboard[]): string {
  const lines: Cell[][] = [header]
  for (const board of boards) lines.push(...measurements(board), ...claimLines(board))
  return lines.map((line) => `${line.map(csvField).join(',')}\r\n`).join('')
}

function measurements(board: Leaderboard): Cell[][] {
  return board.rows.flatMap(({ record, cells }) =>
    cells.flatMap((cell) => {
      if (cell === null) return []
      const { score, rank } = cell
      const { interval } = score
      return [
        [
          record.protocol.id,
          record.protocol.version,
          'measurement',
          record.method.id,
          record.method.name,
          record.method.trivial,
          score.metric,
          score.recipe,
          score.value,
          score.unit,
          score.better,
          rank,
          score.n,
          interval?.low ?? null,
          interval?.high ?? null,
          interval?.level ?? null,
          interval?.method ?? null,
          record.clips.scored,
          record.clips.total,
          score.signature,
          [...(record.warnings ?? []), ...(score.warnings ?? [])].join('; '),
          null,
        ],
      ]
    }),
  )
}

function claimLines(board: Leaderboard): Cell[][] {
  if (board.claims === null) return []
  const { columns, rows } = board.claims
  return rows.flatMap((row) =>
    row.values.flatMap(({ value }, index) => {
      if (value === null) return []
      const line: Cell[] = header.map(() => null)
      const set = (name: string, cell: Cell) => {
        line[header.indexOf(name)] = cell
      }
      set('protocol', row.otherProtocol ?? board.protocol.id)
      set('kind', 'claim')
      set('method', row.id)
      set('method_name', row.name)
      set('metric', columns[index].metric)
      set('value', value)
      set('source', row.sourceText)
      return [line]
    }),
  )
}

function csvField(cell: Cell): string {
  if (cell === null) return ''
  if (typeof cell !== 'string') return String(cell)
  const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe
}
