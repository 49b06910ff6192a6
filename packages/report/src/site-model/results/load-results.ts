import { homeFolder } from '@kinemetric/files'
import { realpath, stat } from 'node:fs/promises'
import { dirname, isAbsolute, resolve } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { type Claims, type RunCost, type StoredRecord, readRecords, readRun } from '@kinemetric/records'
import { presentable } from '../../board/presentable.ts'
import { reportError } from '../../board/report-error.ts'
import { confinedFile } from './confined-file.ts'
import { type LeftOut, shownRecords } from './shown-records.ts'

export interface LoadedRecord extends StoredRecord {
  /** Path of the record from the results folder, for messages on pages. */
  name: string
  /** Whether the record's own file may be published: it names no folder of a machine, and holds nothing that cannot be seen. */
  asWritten: boolean
  /** Path of the Parquet table; null where there is none that can be read. */
  tablePath: string | null
  /** Path of the hashes of the clips' frames; null where there are none. */
  hashesPath: string | null
  /** What making its clips took, where its run.json is beside it and says so. */
  cost: RunCost | undefined
  /** What pages show of a text of the record, its tables or its files. */
  shown: (text: string) => string
}

export interface LoadedResults {
  records: LoadedRecord[]
  claims: Claims[]
  /** One sentence for each thing that had to be left out. */
  problems: string[]
  /** Of protocols of very many methods, by `protocolKey`: what pages leave out. */
  leftOut: ReadonlyMap<string, LeftOut>
  /** Folders whose paths no page may tell. */
  roots: string[]
}

/**
 * Reads all records with their tables. Broken files are left out and reported. Pages are published: what they say names no folder of the machine that
 * made them or the records, and holds no character that cannot be seen.
 *
 * @param mayBeEmpty whether a folder without records is one whose records are still to come
 * @throws KinemetricError `bad-results`, `no-records`
 */
export async function loadResults(
  resultsDir: string,
  claimsDir: string | undefined,
  mayBeEmpty = false,
): Promise<LoadedResults> {
  const info = await stat(resultsDir).catch(() => null)
  if (!info?.isDirectory()) {
    throw reportError('bad-results', resultsDir, {
      expected: 'a folder of records',
      found: info ? 'a file' : 'nothing',
    })
  }
  const collection = await readRecords(resultsDir, { baselinesDir: claimsDir })
  const roots = await foldersOf(resultsDir, claimsDir)
  const shown = <T>(value: T): T => presentable(value, roots)
  const problems = collection.problems.map(({ message }) => shown(message))
  if (collection.records.length === 0 && !mayBeEmpty) {
    const broken = problems.length === 0 ? 'none' : `none that is valid (${problems.slice(0, 3).join('; ')})`
    throw reportError('no-records', resultsDir, { expected: 'records (<protocol>/<method>.json)', found: broken })
  }
  const { shown: chosen, leftOut } = shownRecords(collection.records)
  const records: LoadedRecord[] = []
  for (const stored of chosen) records.push(await loadRecord(stored, shown, problems))
  return {
    records,
    claims: collection.claims.map(({ claims }) => presentable(claims, roots)),
    problems,
    leftOut,
    roots,
  }
}

/** A run.json that is missing or is none costs a reader a line, and no page. */
async function costOf({ folder, record }: StoredRecord): Promise<RunCost | undefined> {
  try {
    return (await readRun(await confinedFile(folder, `${record.method.id}.run.json`, ['.json']))).generation
  } catch {
    return undefined
  }
}

async function loadRecord(stored: StoredRecord, shown: <T>(value: T) => T, problems: string[]): Promise<LoadedRecord> {
  const { table } = stored.record.clips
  const { media, ...rest } = stored.record
  // Paths of media are looked up as they are, and never shown.
  const clips = media?.clips.map((clip) => ({ ...clip, clip: shown(clip.clip), label: shown(clip.label) }))
  const record = { ...shown(rest), ...(clips === undefined ? {} : { media: { clips } }) }
  const name = shown(stored.path)
  const asWritten = isDeepStrictEqual(JSON.parse(JSON.stringify(record)), JSON.parse(JSON.stringify(stored.record)))
  const loaded: LoadedRecord = {
    ...stored,
    record,
    name,
    asWritten,
    tablePath: null,
    hashesPath: null,
    cost: undefined,
    shown,
  }
  loaded.cost = shown(await costOf(stored))
  if (table !== null)
    try {
      loaded.tablePath = await confinedFile(stored.folder, table, ['.parquet'])
    } catch (error) {
      problems.push(tableProblem(loaded, error))
    }
  // Records of versions that had no name for it have the file beside them.
  const hashes = stored.record.clips.hashes ?? `${stored.record.method.id}.hashes.jsonl`
  if (stored.record.clips.hashes !== null)
    loaded.hashesPath = await confinedFile(stored.folder, hashes, ['.jsonl']).catch(() => null)
  return loaded
}

/** Why the table of a record is left out, a sentence. */
export function tableProblem({ path, shown }: Pick<LoadedRecord, 'path' | 'shown'>, error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error)
  return shown(`${path}: its table of values is left out (${reason})`)
}

/** The folders that were read, as given and as they really are, longest first; then the reader's own. */
export async function foldersOf(...folders: (string | undefined)[]): Promise<string[]> {
  const given = folders.filter((folder) => folder !== undefined)
  const real = await Promise.all(given.map((folder) => realpath(folder).catch(() => folder)))
  const roots = new Set([
    ...given,
    ...given.map((folder) => resolve(folder)),
    ...real,
    process.cwd(),
    homeFolder() ?? '/',
  ])
  return [...roots].filter((root) => isAbsolute(root) && dirname(root) !== root).toSorted((a, b) => b.length - a.length)
}
