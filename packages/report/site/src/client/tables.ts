// Texts and tables that few readers ask for: loaded with the first of them, so that pages stay small.
import { openBoard } from './board/opened-board.ts'
import { columnMatrix } from './board/column-matrix.ts'
import { citationsOf, copyOf, pairCopy } from './board/take-away.ts'

globalThis.kinemetricTables = (file) => {
  const opened = openBoard(file)
  return {
    copy: (shown, format) => copyOf(opened, shown, format),
    copyPair: (a, b, format) => pairCopy(opened, a, b, format),
    cite: (shown, part) => citationsOf(opened, shown, part),
    matrix: (key, captionId) => columnMatrix(opened, key, captionId),
  }
}
