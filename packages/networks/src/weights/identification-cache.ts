import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { hashBytes, readTextFile, writeWhole } from '@kinemetric/files'

/** What was found out about a file's content. */
export interface Identification {
  /** Size, modification time and change time when it was looked at: another value means another content. */
  readonly state: string
  /** Of the file, where it was needed. */
  sha256?: string | undefined
  /** By `tensorListKey`: the digest of those tensors, or null where the file does not hold them. */
  digests: Record<string, string | null>
}

/**
 * Remembers which content a file has, so that gigabytes are not hashed at every start. A file whose size, modification
 * time or change time differs is looked at again. The memory is one JSON file; losing it costs time, never correctness,
 * so a disk that cannot be written is no error.
 */
export class IdentificationCache {
  private readonly file: string | undefined
  private readonly known: Map<string, Identification>
  private readonly changed = new Map<string, Identification>()

  private constructor(file: string | undefined, known: Map<string, Identification>) {
    this.file = file
    this.known = known
  }

  /** @param folder undefined remembers nothing beyond this process */
  static async open(folder: string | undefined): Promise<IdentificationCache> {
    const file = folder === undefined ? undefined : join(folder, 'identified-weights.json')
    return new IdentificationCache(file, file === undefined ? new Map() : await read(file))
  }

  /** What is remembered of this file, or an empty note to be filled in; undefined where the file is not there. */
  async about(path: string): Promise<Identification | undefined> {
    const state = await fileState(path)
    if (state === undefined) return undefined
    const remembered = this.known.get(path)
    return remembered?.state === state ? structuredClone(remembered) : { state, digests: {} }
  }

  /** What was remembered, even if the file has changed since. */
  before(path: string): Identification | undefined {
    return this.known.get(path)
  }

  /** Keeps a note, unless the file has changed since `about`. */
  async remember(path: string, note: Identification): Promise<void> {
    if ((await fileState(path)) !== note.state) return
    this.known.set(path, note)
    this.changed.set(path, note)
  }

  /** Forgets a file, so that it is looked at again. */
  forget(path: string): void {
    this.known.delete(path)
  }

  /** Adds what is new to the file on disk, as one atomic replacement. */
  async save(): Promise<void> {
    if (this.changed.size === 0 || this.file === undefined) return
    // Another process may have written since. What has grown beyond all use begins anew.
    const others = await read(this.file)
    const files = Object.fromEntries([...(others.size > maxRemembered ? [] : others), ...this.changed])
    try {
      await writeWhole(this.file, JSON.stringify({ version: VERSION, files }, undefined, 1), { durable: false })
      this.changed.clear()
    } catch {
      // A memory that cannot be kept costs time, no more.
    }
  }
}

const maxRemembered = 5000

const VERSION = 2

/** A short name for a list of tensors. */
export function tensorListKey(names: readonly string[]): string {
  return hashBytes(JSON.stringify(names)).slice(0, 16)
}

async function read(file: string): Promise<Map<string, Identification>> {
  try {
    const parsed: unknown = JSON.parse(await readTextFile(file))
    if (isRecord(parsed) && parsed['version'] === VERSION && isRecord(parsed['files'])) {
      return new Map(
        Object.entries(parsed['files']).filter((entry): entry is [string, Identification] => isNote(entry[1])),
      )
    }
  } catch {
    // Not there, not readable or not JSON: nothing is remembered.
  }
  return new Map()
}

function isNote(value: unknown): boolean {
  if (!isRecord(value) || typeof value['state'] !== 'string' || !isRecord(value['digests'])) return false
  const { sha256, digests } = value
  if (sha256 !== undefined && typeof sha256 !== 'string') return false
  return Object.values(digests).every((digest) => digest === null || typeof digest === 'string')
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

async function fileState(path: string): Promise<string | undefined> {
  const status = await stat(path, { bigint: true }).catch(() => undefined)
  return status?.isFile() === true ? `${status.size}:${status.mtimeNs}:${status.ctimeNs}` : undefined
}
