import { access, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { hashBytes, writeWhole } from '@kinemetric/files'
import { cacheFolder } from '@kinemetric/networks'
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

const MAGIC = 'kinemetric-cache-1\n'

/** `KINEMETRIC_CACHE`, or `features` in the user's cache folder for kinemetric. */
export function defaultCacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const named = environment.KINEMETRIC_CACHE
  return named !== undefined && named !== '' ? named : join(cacheFolder(environment), 'features')
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
  readonly #warn: (message: string) => void
  #broken = false

  /**
   * @param shared the folder that runs share; undefined works without
   * @param own the run's own folder, for entries that the shared one cannot take; undefined keeps none of these
   */
  constructor(shared: string | undefined, own: string | undefined, warn: (message: string) => void) {
    this.#shared = shared
    this.#own = own
    this.#warn = warn
  }

  get enabled(): boolean {
    return this.#shared !== undefined
  }

  get #folders(): string[] {
    return [this.#shared, this.#own].filter((folder) => folder !== undefined)
  }

  /** The entry, from the cache or computed and kept. `compute` runs a network. */
  async get(
    key: FeatureKey,
    side: CacheSide,
    compute: () => Promise<CacheArrays>,
  ): Promise<{ address: string; arrays: CacheArrays }> {
    const address = cacheAddress(key)
    const counters = this.counters[side]
    const found = await this.#find(address, (reason) => {
      counters.rejected++
      this.#warn(`cache entry ${address} is ${reason}: computed again`)
    })
    if (found !== undefined) {
      counters.hits++
      return { address, arrays: found }
    }
    counters.misses++
    const arrays = await compute()
    counters.networkRuns++
    await this.#put(address, arrays)
    return { address, arrays }
  }

  /** The entry of an address that `get` gave before, or undefined where it has gone. */
  read(address: string): Promise<CacheArrays | undefined> {
    return this.#find(address, () => undefined)
  }

  /** Bytes of an address's entry, a little more than those of its arrays; 0 where there is none. */
  async size(address: string): Promise<number> {
    for (const folder of this.#folders) {
      const info = await stat(entryPath(folder, address)).catch(() => undefined)
      if (info !== undefined) return info.size
    }
    return 0
  }

  /** Whether an address has an entry, without reading it. */
  async has(address: string): Promise<boolean> {
    for (const folder of this.#folders) {
      const there = await access(entryPath(folder, address)).then(
        () => true,
        () => false,
      )
      if (there) return true
    }
    return false
  }

  async #find(address: string, rejected: (reason: string) => void): Promise<CacheArrays | undefined> {
    for (const folder of this.#folders) {
      const path = entryPath(folder, address)
      const bytes = await readFile(path).catch(() => undefined)
      if (bytes === undefined) continue
      const entry = decodeEntry(bytes, address)
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
        return
      } catch (error) {
        this.#broken = true
        const reason = error instanceof Error ? error.message : String(error)
        this.#warn(`the cache folder ${this.#shared} cannot be written (${reason}): going on without it`)
      }
    }
    if (this.#own !== undefined) await writeWhole(entryPath(this.#own, address), bytes, cheap)
  }
}

function zero(): CacheCounters {
  return { hits: 0, misses: 0, rejected: 0, networkRuns: 0 }
}

function entryPath(folder: string, address: string): string {
  return join(folder, address.slice(0, 2), `${address}.bin`)
}

/** Magic line, a JSON line (address, names and shapes, sha256 of the rest), float32 little-endian data. */
function encodeEntry(address: string, arrays: CacheArrays): Uint8Array {
  const payload = Buffer.concat(
    Object.values(arrays).map(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength)),
  )
  const header = {
    address,
    arrays: Object.entries(arrays).map(([name, { shape }]) => ({ name, shape })),
    sha256: hashBytes(payload),
  }
  return Buffer.concat([Buffer.from(`${MAGIC}${JSON.stringify(header)}\n`), payload])
}

/** The arrays, or in a word what is wrong with them. */
function decodeEntry(bytes: Buffer, address: string): CacheArrays | string {
  if (!bytes.subarray(0, MAGIC.length).equals(Buffer.from(MAGIC))) return 'of another version'
  const end = bytes.indexOf(10, MAGIC.length)
  if (end < 0) return 'cut off'
  let header: { address?: unknown; sha256?: unknown; arrays?: { name: string; shape: number[] }[] }
  try {
    header = JSON.parse(bytes.toString('utf8', MAGIC.length, end))
  } catch {
    return 'damaged'
  }
  const payload = bytes.subarray(end + 1)
  if (header.address !== address) return 'not the one asked for'
  if (hashBytes(payload) !== header.sha256) return 'damaged'
  const copy = new Uint8Array(payload).buffer
  const arrays: CacheArrays = {}
  let offset = 0
  for (const { name, shape } of header.arrays ?? []) {
    const length = shape.reduce((product, n) => product * n, 1)
    if ((offset + length) * 4 > copy.byteLength) return 'cut off'
    arrays[name] = { shape, data: new Float32Array(copy, offset * 4, length) }
    offset += length
  }
  return arrays
}
