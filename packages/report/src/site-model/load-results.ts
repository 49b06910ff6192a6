import { stat } from 'node:fs/promises'
import { resolve, sep } from 'node:path'
import { type Claims, type StoredRecord, type TableRow, readRecords, readTable } from '@kinemetric/records'
import { reportError } from '../board/report-error.ts'
import { confinedFile } from './confined-file.ts'

export interface LoadedRecord extends StoredRecord {
  /** Path of the record from the results folder, for messages on pages. */
  name: string
  /** Rows of the Parquet table; [] where there is none. */
  rows: TableRow[]
  /** Path of the Parquet table, where it can be offered for download. */
  tablePath: string | null
}

export interface LoadedResults {
  records: LoadedRecord[]
  claims: Claims[]
  /** One sentence for each thing that had to be left out. */
  problems: string[]
}

/** Reads all records with their tables. Broken files are left out and reported. @throws KinemetricError `bad-results`, `no-records` */
export async function loadResults(resultsDir: string, claimsDir: string | undefined): Promise<LoadedResults> {
  const info = await stat(resultsDir).catch(() => null)
  if (!info?.isDirectory()) {
    throw reportError('bad-results', resultsDir, {
      expected: 'a folder of records',
      found: info ? 'a file' : 'nothing',
    })
  }
  const collection = await readRecords(resultsDir, { baselinesDir: claimsDir })
  const shown = shortener(resultsDir, claimsDir)
  const problems = collection.problems.map(({ message }) => shown(message))
  if (collection.records.length === 0) {
    const broken = problems.length === 0 ? 'none' : `none that is valid (${problems.slice(0, 3).join('; ')})`
    throw reportError('no-records', resultsDir, { expected: 'records (<protocol>/<method>.json)', found: broken })
  }
  const records: LoadedRecord[] = []
  for (const stored of collection.records) {
    const table = stored.record.clips.table
    const loaded: LoadedRecord = { ...stored, name: shown(stored.path), rows: [], tablePath: null }
    records.push(loaded)
    if (table === null) continue
    try {
      loaded.tablePath = await confinedFile(stored.folder, table, ['.parquet'])
      loaded.rows = await readTable(loaded.tablePath)
    } catch (error) {
      loaded.tablePath = null
      const reason = error instanceof Error ? error.message : String(error)
      problems.push(shown(`${stored.path}: its table of values is left out (${reason})`))
    }
  }
  return { records, claims: collection.claims.map(({ claims }) => claims), problems }
}

/** Takes the folders' own paths out of messages: pages are published, and should not tell where on whose disk they were made. */
function shortener(...folders: (string | undefined)[]): (text: string) => string {
  const roots = folders.flatMap((folder) => (folder === undefined ? [] : [folder, resolve(folder)]))
  return (text) => roots.reduce((short, root) => short.replaceAll(root.endsWith(sep) ? root : root + sep, ''), text)
}
