import type { ComparedColumn } from '@kinemetric/records'
import { type BoardColumn, columnTitle } from '../../../../src/board/board-columns.ts'
import { testWords } from '../../../../src/board/board-foot.ts'
import { counted } from '../../../../src/board/summary/counted-words.ts'
import { mostInMatrix, pairMatrix } from '../../../../src/views/pair-matrix.ts'
import type { OpenedBoard } from './opened-board.ts'
import type { Tables } from './tables.ts'

/** The pairs of a column with their caption; null where there are none. The table is null where it would have no room. */
export function columnMatrix({ board }: OpenedBoard, key: string, captionId: string): ReturnType<Tables['matrix']> {
  const column = board.columns.find((each) => each.key === key)
  if (column === undefined || !isCompared(column)) return null
  const { compared } = column
  const nameOf = (id: string) => board.rows.find((row) => row.id === id)?.name ?? id
  const methods = compared.ranks.map(({ method }) => ({ id: method, name: nameOf(method) }))
  return {
    caption: `${columnTitle(column)}: ${testWords(compared)}, over ${counted(compared.clips.common, 'clip')}`,
    methods,
    table: methods.length <= mostInMatrix ? pairMatrix(column, methods, captionId) : null,
  }
}

function isCompared(column: BoardColumn): column is BoardColumn & { compared: ComparedColumn } {
  return column.compared !== null
}
