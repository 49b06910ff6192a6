import { csvCell } from '../markup/csv-text.ts'
import type { Leaderboard } from '../board/leaderboard.ts'
import { visibleText } from '../board/presentable.ts'

const header = [
  'protocol',
  'protocol_version',
  'kind',
  'method',
  'method_name',
  'group',
  'metric',
  'recipe',
  'value',
  'unit',
  'better',
  'low',
  'high',
  'rankLow',
  'rankHigh',
  'layer',
  'n',
  'units',
  'remark',
  'own_value',
  'own_n',
  'interval_level',
  'interval_method',
  'clips_scored',
  'clips_total',
  'signature',
  'warnings',
  'source',
] as const

type Cell = string | number | boolean | null
type Line = Partial<Record<(typeof header)[number], Cell>>

/**
 * The boards as CSV (RFC 4180: CRLF, quotes doubled), one line a score, full precision; `kind` tells measurements from floors and claims. `value`, `n` and
 * `units` are of what tables print (in ranked columns the common clips), `own_value` and `own_n` of the record.
 * Text that a spreadsheet would run as a formula gets a leading apostrophe; control characters are written as escapes.
 */
export function csvTable(boards: readonly Leaderboard[]): string {
  const lines = boards.flatMap((board) => [...measurements(board), ...floorLines(board), ...claimLines(board)])
  return [header.join(','), ...lines.map((line) => header.map((name) => csvField(line[name] ?? null)).join(','))]
    .map((line) => `${line}\r\n`)
    .join('')
}

function measurements({ rows }: Leaderboard): Line[] {
  return rows.flatMap(({ record, cells, group }) =>
    cells.flatMap((cell): Line[] => {
      if (cell === null) return []
      const { score, rank, interval, value, n, units, tags, unranked } = cell
      return [
        {
          protocol: record.protocol.id,
          protocol_version: record.protocol.version,
          kind: 'measurement',
          method: record.method.id,
          method_name: record.method.name,
          group,
          metric: score.metric,
          recipe: score.recipe,
          value,
          unit: score.unit,
          better: score.better,
          low: interval?.low ?? null,
          high: interval?.high ?? null,
          rankLow: rank?.rankLow ?? null,
          rankHigh: rank?.rankHigh ?? null,
          layer: rank?.layer ?? null,
          n,
          units,
          remark: [...tags, ...(unranked === '' ? [] : [`not ranked: ${unranked}`])].join('; ') || null,
          own_value: score.value,
          own_n: score.n,
          interval_level: interval?.level ?? null,
          interval_method: interval?.method ?? null,
          clips_scored: record.clips.scored,
          clips_total: record.clips.total,
          signature: score.signature,
          warnings: [...(record.warnings ?? []), ...(score.warnings ?? [])].join('; '),
        },
      ]
    }),
  )
}

function floorLines({ protocol, columns, bounds }: Leaderboard): Line[] {
  return bounds.flatMap(({ kind, method, name, values }) =>
    values.flatMap((entry, index): Line[] => {
      if (entry === null) return []
      const { metric, recipe, unit, better, signature } = columns[index]
      return [
        {
          protocol: protocol.id,
          protocol_version: protocol.version,
          kind,
          method,
          method_name: name,
          group: kind,
          metric,
          recipe,
          value: entry.value,
          unit,
          better,
          n: entry.n,
          signature,
        },
      ]
    }),
  )
}

function claimLines({ claims, protocol }: Leaderboard): Line[] {
  if (claims === null) return []
  return claims.rows.flatMap((row) =>
    row.values.flatMap(({ value }, index): Line[] => {
      if (value === null) return []
      return [
        {
          protocol: row.otherProtocol ?? protocol.id,
          kind: 'claim',
          method: row.id,
          method_name: row.name,
          metric: claims.columns[index].metric,
          value,
          source: row.sourceText,
        },
      ]
    }),
  )
}

function csvField(cell: Cell): string {
  if (cell === null) return ''
  if (typeof cell !== 'string') return String(cell)
  return csvCell(visibleText(cell))
}
