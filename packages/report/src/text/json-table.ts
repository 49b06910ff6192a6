import { boardFoot } from '../board/board-foot.ts'
import type { BoardCell } from '../board/board-rows.ts'
import type { Leaderboard } from '../board/leaderboard.ts'
import { visibleJson } from '../board/presentable.ts'

/**
 * The boards as JSON for scripts: `{ schema: 'kinemetric/table@2', protocols: [{ protocol, columns, methods, floors, claims, foot, notes }] }`. A column has
 * its `comparison` as in comparisons.json (null where there is none); a score has what tables print of it beside the record's own value.
 */
export function jsonTable(boards: readonly Leaderboard[]): string {
  return visibleJson(JSON.stringify({ schema: 'kinemetric/table@2', protocols: boards.map(jsonBoard) }, null, 2))
}

function jsonBoard(board: Leaderboard) {
  return {
    protocol: board.protocol,
    columns: board.columns.map(({ metric, recipe, signature, unit, better, compared }) => ({
      metric,
      recipe,
      signature,
      unit,
      better,
      comparison: compared,
    })),
    methods: board.rows.map((row) => ({
      method: row.record.method,
      group: row.group,
      clips: { total: row.record.clips.total, scored: row.record.clips.scored, failed: row.record.clips.failed },
      failures: row.record.failures,
      // In the order of `columns`; null where the method has no such score.
      scores: row.cells.map((cell) => (cell === null ? null : jsonScore(cell))),
      notes: row.notes.map((index) => board.notes[index]),
    })),
    floors: board.bounds.map(({ kind, name, method, values }) => ({
      kind,
      name,
      method,
      values: values.map((entry) => entry && { value: entry.value, n: entry.n }),
    })),
    claims:
      board.claims?.rows.map((row) => ({
        kind: 'claim',
        method: { id: row.id, name: row.name },
        protocol: row.otherProtocol ?? board.protocol.id,
        source: row.source,
        values: board.claims!.columns.map(({ metric }, index) => ({ metric, value: row.values[index].value })),
      })) ?? [],
    foot: boardFoot(board),
    notes: board.notes,
  }
}

function jsonScore({ score, value, interval, n, units, rank, tags, unranked }: BoardCell) {
  const { details: _, ...own } = score
  const { rankLow, rankHigh, layer, mark } = rank ?? { rankLow: null, rankHigh: null, layer: null, mark: 'none' }
  return { ...own, shown: { value, interval, n, units, rankLow, rankHigh, layer, mark, remarks: tags, unranked } }
}
