import { join } from 'node:path'
import { type FeatureMatrix, readFeatureFile } from '@kinemetric/metrics'
import type { Bundle } from '@kinemetric/records'
import type { CacheArrays } from '../store/feature-cache.ts'
import type { FeatureReader } from '../store/feature-reader.ts'
import { bundlePlaces, type HashedRecord, setMetricsOf } from './bundle-rows.ts'

/** Rows of a clip in a file of a bundle. */
interface Place {
  file: string
  clip: number
}

interface OpenFile {
  features: FeatureMatrix
  /** `[clips + 1]` where the rows of each clip begin. */
  firsts: number[]
}

/** The rows of features that a bundle brings along, under the addresses that they have in a cache. Of its files the two last used are in memory. */
export class BundleFeatures implements FeatureReader {
  readonly #folder: string
  readonly #places = new Map<string, Place>()
  readonly #open = new Map<string, Promise<OpenFile>>()

  /** @param records with hashes, by path in the bundle */
  constructor(folder: string, { features }: Pick<Bundle, 'features'>, records: ReadonlyMap<string, HashedRecord>) {
    this.#folder = folder
    for (const { record, key, kind, generated, reference } of features) {
      if (kind !== 'rows') continue
      const owner = records.get(record)
      const named = owner === undefined ? undefined : setMetricsOf(owner.stored).get(key)
      const places = owner === undefined || named === undefined ? undefined : bundlePlaces(owner, named)
      if (places === undefined || typeof places === 'string') continue
      for (const [clip, place] of [...places.values()].entries()) {
        this.#places.set(place.generated, { file: generated, clip })
        this.#places.set(place.reference, { file: reference, clip })
      }
    }
  }

  has(address: string): Promise<boolean> {
    return Promise.resolve(this.#places.has(address))
  }

  async size(address: string): Promise<number> {
    const [rows, dimension] = (await this.rowShape(address)) ?? [0, 0]
    return 4 * rows * dimension
  }

  async rowShape(address: string): Promise<[rows: number, dimension: number] | undefined> {
    const found = await this.#find(address)
    return found && [found.to - found.from, found.features.dimension]
  }

  async read(address: string): Promise<CacheArrays | undefined> {
    const found = await this.#find(address)
    if (found === undefined) return undefined
    const { features, from, to } = found
    const { dimension } = features
    const data = Float32Array.from(features.data.subarray(from * dimension, to * dimension))
    return { rows: { shape: [to - from, dimension], data } }
  }

  async readRows(address: string): Promise<{ shape: readonly number[]; bytes: Uint8Array } | undefined> {
    const rows = (await this.read(address))?.rows
    return rows && { shape: rows.shape, bytes: new Uint8Array(rows.data.buffer, 0, rows.data.byteLength) }
  }

  async #find(address: string): Promise<{ features: FeatureMatrix; from: number; to: number } | undefined> {
    const place = this.#places.get(address)
    if (place === undefined) return undefined
    const { features, firsts } = await this.#file(place.file)
    const [from, to] = [firsts[place.clip] ?? 0, firsts[place.clip + 1] ?? 0]
    return { features, from, to }
  }

  #file(file: string): Promise<OpenFile> {
    const known = this.#open.get(file)
    if (known !== undefined) {
      // The last used stands last.
      this.#open.delete(file)
      this.#open.set(file, known)
      return known
    }
    const [oldest] = this.#open.keys()
    if (this.#open.size >= 2 && oldest !== undefined) this.#open.delete(oldest)
    const opened = openFile(join(this.#folder, file))
    this.#open.set(file, opened)
    return opened
  }
}

/** @throws KinemetricError as `readFeatureFile` */
async function openFile(path: string): Promise<OpenFile> {
  const { features } = await readFeatureFile(path)
  const firsts = [0]
  const { clipOfRow, rows } = features
  for (let row = 1; row < rows; row++)
    if ((clipOfRow?.[row] ?? row) !== (clipOfRow?.[row - 1] ?? row - 1)) firsts.push(row)
  firsts.push(rows)
  return { features, firsts }
}
