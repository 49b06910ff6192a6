import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { hashBytes, openRegularFile, readRegularFile, writeWhole } from '@kinemetric/files'
import { z } from 'zod'
import { cacheFolder } from '@kinemetric/networks/weight-folders'
import type { CacheCounters } from '@kinemetric/records'

/** All that decides what a network gives for some frames. `kind` and `version` are those of the code that makes the entry. */
export interface FeatureKey {
  kind: 'features' | 'tracks'
  version: number
  /** sha256 of the decoded frames. */
  frames: string
  network: string
  /** Digest of the network's tensors. */
  digest: string
  /** Preprocessing, or the digest of the queries. */
  input: string
  provider: string
}

export type CacheSide = 'generated' | 'reference'

/** Arrays by name, as an entry holds them. */
export type CacheArrays = Record<string, { shape: number[]; data: Float32Array }>

/** An entry that was lost to a power cut is made again: nobody waits for the disk. */
const cheap = { durable: false } as const

const MAGIC = 'kinemetric-cache-2\n'
/** Magic, checksum and names of an entry's arrays are shorter. */
const LONGEST_HEADER = 1024
/** Of entries whose checksum did not cover their header: they are made again. */
const OLD_MAGIC = 'kinemetric-cache-1\n'

/** `KINEMETRIC_CACHE`, or `features` in the user's cache folder for kinemetric; undefined where there is neither. */
export function defaultCacheFolder(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const named = environment.KINEMETRIC_CACHE
  if (named !== undefined && named !== '') return named
  const folder = cacheFolder(environment)
  return folder === undefined ? undefined : join(folder, 'features')
}

/** What an entry of so many numbers takes, in bytes. */
export function entryBytes(numbers: number): number {
  return 4 * numbers + 300
}

/** The address of an entry: sha256 of its key. */
export function cacheAddress(key: FeatureKey): string {
  const { kind, version, frames, network, digest, input, provider } = key
  return hashBytes(JSON.stringify([kind, version, frames, network, digest, input, provider]))
}

/**
 * A content-addressed store of features and tracks: same frames, same network, same preprocessing, same entry, whichever method or process asks.
 * Entries are written to a temporary file and renamed, so that processes may share a folder; every read checks the key, the version and a sha256,
 * and an entry that does not fit counts as `rejected` and is made again. A folder that cannot be written is reported once; entries then go to the
 * second folder (the run's own), so that what a run computed is there for its own summary.
 */
export class FeatureCache {
  readonly counters: Record<CacheSide, CacheCounters> = { generated: zero(), reference: zero() }
  readonly #shared: string | undefined
  readonly #own: string | undefined
  readonly #others: readonly string[]
  /** Whether the own folder has every entry that was asked for, wherever else it lies. */
  readonly #isWhole: boolean
  readonly #lost: ((address: string) => Error) | undefined
  /** Tells of trouble that does not end a run. */
  readonly warn: (message: string) => void
  #broken = false

  /**
   * @param shared the folder that runs share; undefined works without
   * @param own the run's own folder, for entries that the shared one cannot take; undefined keeps none of these
   * @param more `whole`: the own folder gets every entry that is asked for, so that it can be carried away; `others`: folders that are read besides; `lost`:
   * what is thrown where an entry that is read has gone, for who cannot do without
   */
  constructor(
    shared: string | undefined,
    own: string | undefined,
    warn: (message: string) => void,
    {
      whole = false,
      others = [],
      lost,
    }: { whole?: boolean; others?: readonly string[]; lost?: ((address: string) => Error) | undefined } = {},
  ) {
    this.#lost = lost
    this.#isWhole = whole
    this.#others = others
    this.#shared = shared
    this.#own = own
    this.warn = warn
  }

  get enabled(): boolean {
    return this.#shared !== undefined
  }

  /** The folder that runs share. */
  get folder(): string | undefined {
    return this.#shared
  }

  /** Folders that get what is computed. */
  get writesTo(): readonly string[] {
    const folders = this.#isWhole ? [this.#shared, this.#own] : [this.#shared ?? this.#own]
    return folders.filter((folder) => folder !== undefined)
  }

  get #folders(): string[] {
    return [this.#shared, this.#own, ...this.#others].filter((folder) => folder !== undefined)
  }

  /** The entry, from the cache or computed and kept. `compute` runs a network. */
  async get(
    key: FeatureKey,
    side: CacheSide,
    compute: () => Promise<CacheArrays>,
  ): Promise<{ address: string; arrays: CacheArrays }> {
    const address = cacheAddress(key)
    const counters = this.counters[side]
    const entry = await this.#find(address, (reason) => {
      counters.rejected++
      this.warn(`cache entry ${address} is ${reason}: computed again`)
    })
    if (entry !== undefined) {
      const found = copyArrays(entry)
      counters.hits++
      if (this.#isWhole && this.#own !== undefined && !(await isEntry(entryPath(this.#own, address))))
        await writeWhole(entryPath(this.#own, address), encodeEntry(address, found), cheap)
      return { address, arrays: found }
    }
    counters.misses++
    const arrays = await compute()
    counters.networkRuns++
    await this.#put(address, arrays)
    return { address, arrays }
  }

  /** Keeps what was not computed here, in place of what else is kept there. @returns the address, and whether something else was */
  async put(key: FeatureKey, side: CacheSide, arrays: CacheArrays): Promise<{ address: string; replaced: boolean }> {
    const address = cacheAddress(key)
    const bytes = encodeEntry(address, arrays)
    const entry = await this.#find(address, () => undefined)
    const isSame = entry !== undefined && Buffer.from(bytes).equals(encodeEntry(address, copyArrays(entry)))
    this.counters[side][isSame ? 'hits' : 'misses']++
    if (!isSame || this.#isWhole) await this.#put(address, arrays)
    return { address, replaced: entry !== undefined && !isSame }
  }

  /** The entry of an address that `get` gave before, or undefined where it has gone. */
  async read(address: string): Promise<CacheArrays | undefined> {
    const found = await this.#readEntry(address)
    if (found === undefined && this.#lost !== undefined) throw this.#lost(address)
    return found === undefined ? undefined : copyArrays(found)
  }

  /**
   * The rows of an address's entry as they lie in its file: float32, little-endian; undefined where they have gone.
   * @param into memory for the file, which is overwritten when it is used again
   */
  async readRows(
    address: string,
    into: Uint8Array<ArrayBuffer>,
  ): Promise<{ shape: readonly number[]; bytes: Uint8Array } | undefined> {
    const found = await this.#readEntry(address, into)
    if (found === undefined && this.#lost !== undefined) throw this.#lost(address)
    const [first] = found?.arrays ?? []
    if (found === undefined || first?.name !== 'rows') return undefined
    return { shape: first.shape, bytes: found.data.subarray(0, 4 * lengthOf(first.shape)) }
  }

  async #readEntry(address: string, into?: Uint8Array<ArrayBuffer>): Promise<Entry | undefined> {
    let isBad = false
    const found = await this.#find(address, () => (isBad = true), into)
    // So that the next run finds it missing, and computes it.
    if (found === undefined && isBad)
      for (const folder of this.#folders) await rm(entryPath(folder, address), { force: true }).catch(() => undefined)
    return found
  }

  /** Bytes of an address's entry, a little more than those of its arrays; 0 where there is none. */
  async size(address: string): Promise<number> {
    for (const folder of this.#folders) {
      const info = await stat(entryPath(folder, address)).catch(() => undefined)
      if (info !== undefined) return info.size
    }
    return 0
  }

  /** Rows and values a row of an address's entry, by its header alone, which only `read` checks; undefined where it has none. */
  async rowShape(address: string): Promise<[rows: number, dimension: number] | undefined> {
    for (const folder of this.#folders) {
      const found = await readStart(entryPath(folder, address))
      if (found?.start.toString('latin1', 0, MAGIC.length) !== MAGIC) continue
      const content = found.start.subarray(MAGIC.length + 65)
      const header = headerOf(content.toString('utf8', 0, Math.max(0, content.indexOf(10))))
      const [rows, dimension, ...more] = header?.arrays.find(({ name }) => name === 'rows')?.shape ?? []
      // A header may say what it likes: what does not fit its file is no entry.
      if (dimension > 0 && more.length === 0 && 4 * rows * dimension <= found.size) return [rows, dimension]
    }
    if (this.#lost !== undefined) throw this.#lost(address)
    return undefined
  }

  /** Whether an address has an entry of this version, without reading it. */
  async has(address: string): Promise<boolean> {
    for (const folder of this.#folders) {
      if (await isEntry(entryPath(folder, address))) return true
    }
    return false
  }

  async #find(
    address: string,
    rejected: (reason: string) => void,
    into?: Uint8Array<ArrayBuffer>,
  ): Promise<Entry | undefined> {
    for (const folder of this.#folders) {
      const path = entryPath(folder, address)
      const bytes = await readRegularFile(path, { into }).catch(() => undefined)
      if (bytes === undefined || isOld(bytes)) continue
      const entry = openEntry(bytes, address)
      if (typeof entry !== 'string') return entry
      rejected(entry)
    }
    return undefined
  }

  async #put(address: string, arrays: CacheArrays): Promise<void> {
    const bytes = encodeEntry(address, arrays)
    if (this.#shared !== undefined && !this.#broken) {
      try {
        await writeWhole(entryPath(this.#shared, address), bytes, cheap)
        if (!this.#isWhole) return
      } catch (error) {
        this.#broken = true
        const reason = error instanceof Error ? error.message : String(error)
        this.warn(
          `the cache folder ${this.#shared} cannot be written (${reason}): going on without it; KINEMETRIC_CACHE names another`,
        )
      }
    }
    if (this.#own !== undefined) await writeWhole(entryPath(this.#own, address), bytes, cheap)
  }
}

async function isEntry(path: string): Promise<boolean> {
  const file = await openRegularFile(path).catch(() => undefined)
  if (file === undefined) return false
  try {
    const { buffer } = await file.handle.read(Buffer.alloc(MAGIC.length), 0, MAGIC.length, 0)
    return buffer.toString('latin1') === MAGIC
  } finally {
    await file.handle.close()
  }
}

/** The first bytes of a file, header and all; undefined where there is none. */
async function readStart(path: string): Promise<{ start: Buffer; size: number } | undefined> {
  const file = await openRegularFile(path).catch(() => undefined)
  if (file === undefined) return undefined
  try {
    const { buffer, bytesRead } = await file.handle.read(Buffer.alloc(LONGEST_HEADER), 0, LONGEST_HEADER, 0)
    return { start: buffer.subarray(0, bytesRead), size: file.size }
  } finally {
    await file.handle.close()
  }
}

function zero(): CacheCounters {
  return { hits: 0, misses: 0, rejected: 0, networkRuns: 0 }
}

function entryPath(folder: string, address: string): string {
  return join(folder, address.slice(0, 2), `${address}.bin`)
}

/** Magic line, a line with the sha256 of all that follows, a JSON line (address, names and shapes), float32 little-endian data. */
function encodeEntry(address: string, arrays: CacheArrays): Uint8Array {
  const header = { address, arrays: Object.entries(arrays).map(([name, { shape }]) => ({ name, shape })) }
  const content = Buffer.concat([
    Buffer.from(`${JSON.stringify(header)}\n`),
    ...Object.values(arrays).map(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength)),
  ])
  return Buffer.concat([Buffer.from(`${MAGIC}${hashBytes(content)}\n`), content])
}

const headerSchema = z.object({
  address: z.string(),
  arrays: z.array(z.object({ name: z.string(), shape: z.array(z.int().min(0)) })),
})

/** The arrays, or in a word what is wrong with them. */
export function decodeEntry(bytes: Uint8Array, address: string): CacheArrays | string {
  const entry = openEntry(bytes, address)
  return typeof entry === 'string' ? entry : copyArrays(entry)
}

/** An entry that was found whole: what its header says, and the bytes of its arrays where they were read. */
interface Entry {
  arrays: z.infer<typeof headerSchema>['arrays']
  data: Uint8Array
}

function openEntry(bytes: Uint8Array, address: string): Entry | string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const start = MAGIC.length + 65
  if (text.toString('latin1', 0, MAGIC.length) !== MAGIC) return 'of another version'
  if (text.length < start) return 'cut off'
  const content = text.subarray(start)
  if (text.toString('latin1', MAGIC.length, start) !== `${hashBytes(content)}\n`) return 'damaged'
  const end = content.indexOf(10)
  const header = headerOf(content.toString('utf8', 0, Math.max(0, end)))
  if (header === undefined) return 'damaged'
  if (header.address !== address) return 'not the one asked for'
  const data = content.subarray(end + 1)
  const { arrays } = header
  const values = arrays.reduce((sum, { shape }) => sum + lengthOf(shape), 0)
  const isWhole = values * 4 === data.length && new Set(arrays.map(({ name }) => name)).size === arrays.length
  return isWhole ? { arrays, data } : 'damaged'
}

/** The arrays in memory of their own, at an address that numbers may lie at. */
function copyArrays({ arrays, data }: Entry): CacheArrays {
  const { buffer } = new Uint8Array(data)
  let offset = 0
  const copies = arrays.map(({ name, shape }) => {
    const length = lengthOf(shape)
    offset += length
    return [name, { shape, data: new Float32Array(buffer, (offset - length) * 4, length) }] as const
  })
  return Object.fromEntries(copies)
}

function lengthOf(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1)
}

function headerOf(line: string): z.infer<typeof headerSchema> | undefined {
  try {
    return headerSchema.safeParse(JSON.parse(line)).data
  } catch {
    return undefined
  }
}

function isOld(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, OLD_MAGIC.length)).toString('latin1') === OLD_MAGIC
}
