import { dirname, join } from 'node:path'
import { hashFile, isError, portableMessage, readTextFile } from '@kinemetric/files'
import {
  type KinemetricRecord,
  readClipRows,
  readRecord,
  readRecords,
  recordPaths,
  type StoredRecord,
  type TableRow,
} from '@kinemetric/records'
import { z } from 'zod'

/** A scored clip by what was decoded; lines of `<method>.hashes.jsonl`. */
export const clipHashSchema = z.object({
  clip: z.string(),
  generated: z.string(),
  /** Absent of a clip that was held against nothing. */
  reference: z.string().optional(),
  frames: z.number().int().nonnegative(),
  /** The source video that the clip is cut from; absent: the clip is a unit of its own. */
  unit: z.string().optional(),
  weight: z.number().positive().optional(),
  /** Which of several samples. */
  sample: z.string().optional(),
})
export type ClipHash = z.infer<typeof clipHashSchema>

/** A method's record with all that comparing needs. */
export interface ComparedRecord {
  method: string
  name: string
  /** Never ranked among methods: a baseline that models nothing, a floor, a ceiling. */
  apart: boolean
  record: KinemetricRecord
  /** The clips' own. */
  rows: readonly TableRow[]
  /** By clip, its samples in order; undefined where the record has no hashes: nothing says what was compared with what. */
  hashes: ReadonlyMap<string, readonly ClipHash[]> | undefined
  digests: { record: string; table: string | null; hashes: string | null }
  /** Why it cannot be compared, where a file beside it cannot be read. */
  unreadable?: string | undefined
}

/** Records of one protocol, digest and all, in the order of their methods' ids. */
export interface ProtocolRecords {
  protocol: KinemetricRecord['protocol']
  folder: string
  stored: StoredRecord[]
}

/** The records of a results folder by protocol; those that cannot be read are told. */
export async function recordsByProtocol(
  resultsDir: string,
): Promise<{ protocols: ProtocolRecords[]; problems: string[] }> {
  const { records, problems } = await readRecords(resultsDir)
  const groups = Map.groupBy(records, ({ record: { protocol }, folder }) =>
    JSON.stringify([folder, protocol.id, protocol.version, protocol.digest]),
  )
  const protocols = [...groups.values()].map((stored): ProtocolRecords => {
    const sorted = stored.toSorted((a, b) => byCodeUnits(a.record.method.id, b.record.method.id))
    const [{ record, folder }] = sorted
    return { protocol: record.protocol, folder, stored: sorted }
  })
  return { protocols, problems: problems.map(({ message }) => message) }
}

/** Digests of all files that a record's comparisons are made of. */
export async function recordDigests({ path, folder, record }: StoredRecord): Promise<ComparedRecord['digests']> {
  const { table, hashes } = filesOf(folder, record)
  return {
    record: await hashFile(path),
    table: table === undefined ? null : await hashIfThere(table),
    hashes: hashes === undefined ? null : await hashIfThere(hashes),
  }
}

/** A record with its values and hashes; one whose files are there and cannot be read has none, and says so: the others are compared without it. */
export async function openRecord(stored: StoredRecord, digests: ComparedRecord['digests']): Promise<ComparedRecord> {
  const { record, folder } = stored
  const { table, hashes } = filesOf(folder, record)
  const { id: method, name } = record.method
  const opened = { method, name, apart: record.method.trivial, record, digests }
  if (table !== undefined && digests.table === null)
    return { ...opened, rows: [], hashes: undefined, unreadable: 'its table of values is not there' }
  try {
    return {
      ...opened,
      rows: table === undefined || digests.table === null ? [] : await readClipRows(table),
      hashes: hashes === undefined || digests.hashes === null ? undefined : parseHashes(await readTextFile(hashes)),
    }
  } catch (error) {
    if (!isError(error, 'input') && !isError(error, 'unfit')) throw error
    return { ...opened, rows: [], hashes: undefined, unreadable: `cannot be read: ${portableMessage(error)}` }
  }
}

/** The same of a record by its path, `<results>/<protocol>/<method>.json`. @throws KinemetricError as `readRecord` */
export async function openRecordAt(path: string): Promise<ComparedRecord> {
  const stored = { path, folder: dirname(path), record: await readRecord(path) }
  return openRecord(stored, await recordDigests(stored))
}

/** A record's hashes by clip; undefined where it has none that can be read. */
export async function readHashesOf({ folder, record }: StoredRecord): Promise<Map<string, ClipHash[]> | undefined> {
  const { hashes } = filesOf(folder, record)
  if (hashes === undefined) return undefined
  const text = await readTextFile(hashes).catch((error: unknown) => {
    if (!isError(error)) throw error
    return undefined
  })
  return text === undefined ? undefined : parseHashes(text)
}

/** Lines that are none are passed over: their clips count as not compared. */
function parseHashes(text: string): Map<string, ClipHash[]> {
  const byClip = new Map<string, ClipHash[]>()
  for (const line of text.split('\n')) {
    if (line === '') continue
    const hash = clipHashSchema.safeParse(parsedLine(line))
    if (!hash.success) continue
    const known = byClip.get(hash.data.clip)
    if (known === undefined) byClip.set(hash.data.clip, [hash.data])
    else known.push(hash.data)
  }
  return byClip
}

/** A line's JSON; undefined for what is none. */
export function parsedLine(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

/** Where the files beside a record are; undefined where it has none. */
export function filesOf(folder: string, { clips, protocol, method }: KinemetricRecord) {
  return {
    table: clips.table === null ? undefined : join(folder, clips.table),
    hashes:
      typeof clips.hashes === 'string'
        ? join(folder, clips.hashes)
        : clips.hashes === null
          ? undefined
          : recordPaths(join(folder, '..'), protocol.id, method.id).hashes,
  }
}

async function hashIfThere(path: string): Promise<string | null> {
  try {
    return await hashFile(path)
  } catch (error) {
    if (isError(error, 'input') || isError(error, 'unfit')) return null
    throw error
  }
}

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
