import { readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { checkJson, fileError, isError, readRawJson } from '@kinemetric/files'
import { type Claims, claimsSchema } from '../schemas/claims.ts'
import { type KinemetricRecord, recordSchema } from '../schemas/record.ts'

export interface StoredRecord {
  path: string
  /** Folder that the record's relative paths (table, media) start from. */
  folder: string
  record: KinemetricRecord
}

export interface StoredClaims {
  path: string
  claims: Claims
}

/** What a results folder holds. A file that claims to be ours and is not valid is a problem, not an end. */
export interface RecordCollection {
  records: StoredRecord[]
  claims: StoredClaims[]
  problems: { path: string; code: string; message: string }[]
}

export interface ReadRecordsOptions {
  /** Folder with `<method>/paper.json` claims, read beside the results. Absent folders count as empty. */
  baselinesDir?: string | undefined
}

/**
 * Reads every record and claim under `resultsDir` (any depth), sorted by path. A JSON file is taken by its `schema` field; others are left alone.
 * @throws KinemetricError `not-found` where `resultsDir` itself is missing or cannot be read.
 */
export async function readRecords(resultsDir: string, options: ReadRecordsOptions = {}): Promise<RecordCollection> {
  const collection: RecordCollection = { records: [], claims: [], problems: [] }
  await collect(await jsonFiles(resultsDir), collection)
  if (options.baselinesDir !== undefined)
    await collect(await jsonFiles(options.baselinesDir).catch(() => []), collection)
  return collection
}

async function jsonFiles(folder: string): Promise<string[]> {
  try {
    const names = await readdir(folder, { recursive: true, withFileTypes: true })
    return names
      .filter((entry) => entry.isFile() && entry.name.endsWith('.json') && !entry.name.startsWith('.'))
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => !path.slice(folder.length).split(/[\\/]/).includes('media'))
      .sort()
  } catch (cause) {
    throw fileError('not-found', folder, { expected: 'a folder of records', found: 'nothing readable' }, { cause })
  }
}

async function collect(paths: readonly string[], into: RecordCollection): Promise<void> {
  for (const path of paths) {
    try {
      const value = await readRawJson(path)
      const schema = schemaName(value)
      requireKnown(path, schema)
      if (schema.startsWith('kinemetric/record@'))
        into.records.push({ path, folder: dirname(path), record: checkJson(path, value, recordSchema) })
      else if (schema.startsWith('kinemetric/claims@'))
        into.claims.push({ path, claims: checkJson(path, value, claimsSchema) })
    } catch (error) {
      if (!isError(error, 'input')) throw error
      into.problems.push({ path, code: error.code, message: error.message })
    }
  }
}

/** The formats that this version knows, of those that are read here. */
const known: Readonly<Record<string, number>> = { 'kinemetric/record': 1, 'kinemetric/claims': 1 }

/** @throws KinemetricError `invalid` for a format of a later version */
function requireKnown(path: string, schema: string): void {
  const [, name = '', version] = /^(kinemetric\/[a-z]+)@(\d+)$/.exec(schema) ?? []
  if (Object.hasOwn(known, name) && Number(version) > known[name])
    throw fileError('invalid', path, {
      expected: `${name}@${known[name]} or older`,
      found: schema,
      then: 'a later version of kinemetric wrote it: update this one (npm install kinemetric@latest)',
    })
}

function schemaName(value: unknown): string {
  return typeof value === 'object' && value !== null && 'schema' in value && typeof value.schema === 'string'
    ? value.schema
    : ''
}
