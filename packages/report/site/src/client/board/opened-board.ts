import { assembleLeaderboards, type Leaderboard } from '../../../../src/board/assemble-leaderboards.ts'
import { type BoardData, decodeBoard } from '../../../../src/data-files/board-file.ts'
import type { DataFile } from '../../../../src/data-files/container.ts'

export interface OpenedBoard {
  data: BoardData
  /** All columns, methods by name. */
  board: Leaderboard
}

/** What a page's tables are made of. */
export function openBoard(file: DataFile): OpenedBoard {
  const data = decodeBoard(file)
  return { data, board: boardOf(data, {}) }
}

/** The board with some metrics alone, in an order: what `kinemetric table --metrics … --sort …` has. */
export function boardOf(data: BoardData, options: { metrics?: readonly string[]; sort?: string }): Leaderboard {
  const comparisons = data.comparisons === null ? [] : [data.comparisons]
  return assembleLeaderboards(data.records, data.claims, { ...options, comparisons })[0]
}
