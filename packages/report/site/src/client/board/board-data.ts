import { assembleLeaderboards, type Leaderboard } from '../../../../src/board/assemble-leaderboards.ts'
import { type BoardData, decodeBoard } from '../../../../src/data-files/board-file.ts'
import { loadData } from '../data/load-data.ts'

export interface LoadedBoard {
  data: BoardData
  /** All columns, methods by name. */
  board: Leaderboard
}

let loaded: Promise<LoadedBoard> | undefined

/** What the page's tables are made of. @throws DataError where it cannot be had */
export function loadBoard(): Promise<LoadedBoard> {
  loaded ??= loadData('board').then((file) => {
    const data = decodeBoard(file)
    return { data, board: boardOf(data, {}) }
  })
  loaded.catch(() => (loaded = undefined))
  return loaded
}

/** The board with some metrics alone, in an order: what `kinemetric table --metrics … --sort …` has. */
export function boardOf(data: BoardData, options: { metrics?: readonly string[]; sort?: string }): Leaderboard {
  const comparisons = data.comparisons === null ? [] : [data.comparisons]
  return assembleLeaderboards(data.records, data.claims, { ...options, comparisons })[0]
}
