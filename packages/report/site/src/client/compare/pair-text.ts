import { assembleLeaderboards } from '../../../../src/board/assemble-leaderboards.ts'
import { formatBoards, type TableFormat } from '../../../../src/text/format-boards.ts'
import type { LoadedBoard } from '../board/board-data.ts'

/** Two methods as a table of their own: values, ranks and foot stay those of the whole board. */
export function pairText({ data }: LoadedBoard, a: string, b: string, format: TableFormat): string {
  const records = [a, b].flatMap((id) => data.records.find((record) => record.method.id === id) ?? [])
  const comparisons = data.comparisons === null ? [] : [data.comparisons]
  return formatBoards(assembleLeaderboards(records, [], { comparisons }), { format })
}
