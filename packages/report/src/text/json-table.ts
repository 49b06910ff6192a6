import type { Leaderboard } from '../board/leaderboard.ts'

/** The boards as JSON for scripts: `{ schema: 'kinemetric/table@1', protocols: [{ protocol, columns, methods, claims, notes }] }`. */
export function jsonTable(boards: readonly Leaderboard[]): string {
  return JSON.stringify({ schema: 'kinemetric/table@1', protocols: boards.map(jsonBoard) }, null, 2)
}

function jsonBoard(board: Leaderboard) {
  return {
    protocol: board.protocol,
    columns: board.columns.map(({ metric, recipe, signature, unit, better }) => ({
      metric,
      recipe,
      signature,
      unit,
      better,
    })),
    methods: board.rows.map((row) => ({
      method: row.record.method,
      clips: { total: row.record.clips.total, scored: row.record.clips.scored, failed: row.record.clips.failed },
      failures: row.record.failures,
      // In the order of `columns`; null where the method has no such score.
      scores: row.cells.map((cell) => (cell === null ? null : { ...withoutDetails(cell.score), rank: cell.rank })),
      notes: row.notes.map((index) => board.notes[index]),
    })),
    claims:
      board.claims?.rows.map((row) => ({
        kind: 'claim',
        method: { id: row.id, name: row.name },
        protocol: row.otherProtocol ?? board.protocol.id,
        source: row.source,
        values: board.claims!.columns.map(({ metric }, index) => ({ metric, value: row.values[index].value })),
      })) ?? [],
    notes: board.notes,
  }
}

function withoutDetails<T extends { details?: unknown }>(score: T): Omit<T, 'details'> {
  const { details: _, ...rest } = score
  return rest
}
