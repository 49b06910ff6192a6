import type { DataFile } from '../../../../src/data-files/container.ts'
import type { Markup } from '../../../../src/markup/element.ts'
import type { MatrixMethod } from '../../../../src/views/pair-matrix.ts'
import type { TableFormat } from '../../../../src/text/format-boards.ts'
import { loadData, runScript } from '../data/load-data.ts'
import type { Shown } from './shown-tables.ts'

/** What can be made of a page's tables once it is asked for: texts to take away, and the pairs of another metric. */
export interface Tables {
  /** What is seen as the command line prints it, and how it is called. */
  copy(shown: Pick<Shown, 'family' | 'sort'>, format: TableFormat): { text: string; what: string }
  /** Two methods as a table of their own. */
  copyPair(a: string, b: string, format: TableFormat): { text: string; what: string }
  /** BibTeX of what is seen: `protocol`, `metrics`, `methods`, `kinemetric`, or `all` of these. */
  cite(shown: Pick<Shown, 'family' | 'sort'>, part: string): string
  /** The pairs of a column; null where there is none. */
  matrix(key: string, captionId: string): { caption: string; methods: MatrixMethod[]; table: Markup | null } | null
}

declare global {
  /** What `assets/tables.js` leaves for the page's own script. */
  var kinemetricTables: ((file: DataFile) => Tables) | undefined
}

// Where this script came from, the other lies too.
const here = document.currentScript instanceof HTMLScriptElement ? document.currentScript.src : ''
let loaded: Promise<Tables> | undefined

/** Loads the tables' data and the code that makes texts of them, once. @throws DataError */
export function loadTables(): Promise<Tables> {
  loaded ??= load()
  loaded.catch(() => (loaded = undefined))
  return loaded
}

async function load(): Promise<Tables> {
  const [file] = await Promise.all([
    loadData('board'),
    globalThis.kinemetricTables ?? runScript(here.replace(/[^/]*$/, 'tables.js')),
  ])
  return globalThis.kinemetricTables!(file)
}

const formats: Record<TableFormat, true> = { latex: true, markdown: true, csv: true, json: true, terminal: true }

export function isFormat(text: string | undefined): text is TableFormat {
  return text !== undefined && Object.hasOwn(formats, text)
}
