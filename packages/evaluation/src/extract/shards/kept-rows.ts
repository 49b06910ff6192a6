import { type FileHandle, open } from 'node:fs/promises'
import { benchmarkError } from '@kinemetric/benchmark'
import { hashBytes, isError, type OpenFile, openRegularFile, writeBytes, writeError } from '@kinemetric/files'
import { failureSchema } from '@kinemetric/records'
import { z } from 'zod'
import type { ClipFeatures } from '../clip-features.ts'
import { rowsDigest, type RowsIdentity, rowsIdentitySchema } from './feature-shard-file.ts'
import { readLine } from './read-line.ts'

/**
 * Rows of clips as a shard keeps them, in the order of its clips: a first line that says what they are of, then a record a clip. A record is a line (sha256 of
 * the rest of the line and of the rows; what became of the clip as JSON), and behind it the rows, float32 little-endian. A record that was cut off
 * or does not fit its checksum is none, and neither is what follows it.
 */
const headerSchema = z.strictObject({
  schema: z.literal('kinemetric/feature-rows@1'),
  digest: z.string(),
  identity: rowsIdentitySchema,
})

const recordSchema = z.strictObject({
  clip: z.string(),
  /** Of the clip's files, by content: another stamp means that its rows are made again. */
  stamp: z.string(),
  /** Behind the line; none of a clip that failed. */
  rows: z.int().min(0),
  failure: failureSchema.optional(),
  /** What decoding found odd; absent where nothing was. */
  warnings: z.array(z.string()).optional(),
})

/** A record, and where it lies. */
export interface RowsRecord extends z.infer<typeof recordSchema> {
  /** Its checksum: the same for the same record. */
  sha256: string
  /** Bytes of the file at which it begins, its rows begin, and both end. */
  at: number
  start: number
  end: number
}

/** Rows as they were found. */
export interface FoundRows {
  /** Of what they are of. */
  digest: string
  identity: RowsIdentity
  records: RowsRecord[]
  /** Byte behind the last of what is whole. */
  end: number
}

/** So many bytes of one clip: two hours of Inception's rows. */
const mostBytes = 2 ** 30

/**
 * Reads what a file of rows holds, a clip's rows in memory at a time.
 * @param isTrusted whether rows are passed over, their checksums with them: for looking how far a shard is
 * @returns undefined where there is no such file, or none of ours
 */
export async function readRows(path: string, { isTrusted = false } = {}): Promise<FoundRows | undefined> {
  const file = await openRegularFile(path).catch((error: unknown) => {
    if (isError(error, 'input', 'not-found')) return undefined
    throw error
  })
  if (file === undefined) return undefined
  try {
    const first = await readLine(file, 0)
    const header = first && headerSchema.safeParse(parsed(first.text)).data
    if (first === undefined || header === undefined) return undefined
    const records: RowsRecord[] = []
    let { end } = first
    for (;;) {
      const record = await recordAt(file, end, header.identity.dimension, isTrusted)
      if (record === undefined) return { ...header, records, end }
      records.push(record)
      end = record.end
    }
  } finally {
    await file.handle.close()
  }
}

/** Whether a record that was found without a look at its rows fits its checksum. */
export async function isWhole(file: OpenFile, { at, sha256 }: RowsRecord, dimension: number): Promise<boolean> {
  return (await recordAt(file, at, dimension, false))?.sha256 === sha256
}

async function recordAt(
  file: OpenFile,
  at: number,
  dimension: number,
  isTrusted: boolean,
): Promise<RowsRecord | undefined> {
  const line = await readLine(file, at)
  const [, sha256, json] = /^([0-9a-f]{64}) (\{.*\})$/s.exec(line?.text ?? '') ?? []
  if (line === undefined || json === undefined) return undefined
  const record = recordSchema.safeParse(parsed(json)).data
  if (record === undefined) return undefined
  const size = record.rows * dimension * 4
  if (size > mostBytes || line.end + size > file.size) return undefined
  const found = { ...record, sha256, at, start: line.end, end: line.end + size }
  if (isTrusted) return found
  return checksum(json, await readBytes(file, found)) === sha256 ? found : undefined
}

/** The rows of a record that was found. @throws KinemetricError `bad-shards` where the file has become shorter since */
export async function rowsOf(file: OpenFile, record: RowsRecord): Promise<Float32Array> {
  const bytes = await readBytes(file, record)
  if (bytes.length === record.end - record.start) return new Float32Array(bytes.buffer, 0, bytes.length / 4)
  throw benchmarkError('bad-shards', file.path, {
    expected: `the rows of ${record.clip} to stay as they are while they are merged`,
    found: 'their end missing',
  })
}

/** In memory of their own, so that numbers may lie there; fewer where the file ends before. */
async function readBytes({ handle }: OpenFile, { start, end }: Pick<RowsRecord, 'start' | 'end'>): Promise<Uint8Array> {
  const bytes = new Uint8Array(end - start)
  for (let done = 0; done < bytes.length;) {
    const { bytesRead } = await handle.read(bytes, done, bytes.length - done, start + done)
    if (bytesRead === 0) return bytes.subarray(0, done)
    done += bytesRead
  }
  return bytes
}

/** A file of rows that is being written: each record is on the disk before the next clip's. */
export class RowsWriter {
  readonly #path: string
  readonly #file: FileHandle
  readonly #dimension: number
  /** Byte behind what is written. */
  #at = 0

  private constructor(path: string, file: FileHandle, dimension: number) {
    this.#path = path
    this.#file = file
    this.#dimension = dimension
  }

  /**
   * Goes on behind what is kept of a file, or begins it anew.
   * @param kept byte behind the last record that stays; 0 begins anew
   * @throws KinemetricError `disk-full`, `write-failed`
   */
  static async open(path: string, identity: RowsIdentity, kept: number): Promise<RowsWriter> {
    try {
      const file = await open(path, kept === 0 ? 'w' : 'r+')
      if (kept > 0) await file.truncate(kept)
      const writer = new RowsWriter(path, file, identity.dimension)
      const header = { schema: 'kinemetric/feature-rows@1', digest: rowsDigest(identity), identity }
      if (kept === 0) await writer.#write(Buffer.from(`${JSON.stringify(headerSchema.parse(header))}\n`), 0)
      else writer.#at = kept
      return writer
    } catch (cause) {
      throw isError(cause) ? cause : writeError(path, cause)
    }
  }

  /** Resolves when the record is on the disk. @throws KinemetricError `disk-full`, `write-failed`; earlier records are safe */
  async add(clip: string, stamp: string, features: ClipFeatures): Promise<void> {
    const rows = 'rows' in features ? features.rows : new Float32Array()
    const bytes = Buffer.from(rows.buffer, rows.byteOffset, rows.byteLength)
    const json = JSON.stringify({
      clip,
      stamp,
      rows: rows.length / this.#dimension,
      ...('failure' in features ? { failure: features.failure } : {}),
      ...(features.warnings.length === 0 ? {} : { warnings: features.warnings }),
    })
    await this.#write(Buffer.concat([Buffer.from(`${checksum(json, bytes)} ${json}\n`), bytes]), this.#at)
  }

  async close(): Promise<void> {
    await this.#file.close()
  }

  async #write(bytes: Uint8Array, at: number): Promise<void> {
    try {
      await writeBytes(this.#file, bytes, at)
      await this.#file.datasync()
      this.#at = at + bytes.length
    } catch (cause) {
      throw writeError(this.#path, cause)
    }
  }
}

function checksum(json: string, rows: Uint8Array): string {
  return hashBytes(Buffer.concat([Buffer.from(`${json}\n`), rows]))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
