import { join, relative } from 'node:path'
import { benchmarkError } from '@kinemetric/benchmark'
import { hashBytes, jsonLine, sizeText } from '@kinemetric/files'
import {
  type FeatureOrigin,
  findDistance,
  findRecipe,
  type MetricSpec,
  rowsAsked,
  type Side,
  statisticsOf,
  writeStatisticsFile,
} from '@kinemetric/metrics'
import type { BundleFeatures, StoredRecord } from '@kinemetric/records'
import type { ClipHash } from '../compare/compared-record.ts'
import { featureAddresses, featurePlaces, type Place, type SetMetric } from '../compare/kept-sets.ts'
import { metricOfScore } from '../compare/metric-of-score.ts'
import { openRowsSink } from '../extract/feature-sinks.ts'
import { needKey } from '../plan/need-key.ts'
import type { FeatureReader } from '../store/feature-reader.ts'
import { keptRows } from '../store/stored-features.ts'

/** A record and what was decoded for it, clip by clip. */
export interface HashedRecord {
  stored: StoredRecord
  hashes: ReadonlyMap<string, readonly ClipHash[]>
}

/** The networks whose features a record's distances are of: one metric of each. */
export function setMetricsOf({ record }: StoredRecord): Map<string, SetMetric> {
  const found = new Map<string, SetMetric>()
  for (const score of record.scores) {
    const known = metricOfScore(score)
    if (known?.recipe === undefined || known.metric.per !== 'set' || score.value === null) continue
    const need = known.metric.needs(known.recipe)
    if (rowsAsked(need) !== undefined && !found.has(needKey(need)))
      found.set(needKey(need), { metric: known.metric, recipe: known.recipe })
  }
  return found
}

/** Addresses of a record's features as a bundle has them, in the order of its clips; in words why there are none. */
export function bundlePlaces({ stored, hashes }: HashedRecord, named: SetMetric): Map<string, Place> | string {
  return featureAddresses({ record: stored.record, hashes }, named, { comparable: () => true })
}

/** Writes rows of features into a bundle that is in the making: each side of each network once, references that several records share once for all. */
export class RowsWriter {
  readonly #folder: string
  readonly #store: FeatureReader
  readonly #mostBytes: number
  readonly #written = new Map<string, string>()

  /** @param folder the bundle's @param mostBytes of a side of more mean and covariance are written */
  constructor(folder: string, store: FeatureReader, mostBytes: number) {
    this.#folder = folder
    this.#store = store
    this.#mostBytes = mostBytes
  }

  /** @returns what was written, or in words why nothing was @throws KinemetricError `disk-full`, `write-failed`, `cache-lost` */
  async write(
    owner: HashedRecord,
    key: string,
    named: SetMetric,
    signal?: AbortSignal,
  ): Promise<BundleFeatures | string> {
    const { record, path } = owner.stored
    const places = await featurePlaces({ record, hashes: owner.hashes }, named, { comparable: () => true }, this.#store)
    if (typeof places === 'string') return places
    const use = record.provenance.networks?.find((each) => each.key === key)
    if (use === undefined || places.size === 0) return 'the record does not say which network it was scored with'
    const sides: Record<Side, string[]> = { generated: [], reference: [] }
    let most = 0
    for (const side of ['reference', 'generated'] as const) {
      sides[side] = [...places.values()].map((place) => place[side])
      most = Math.max(most, await this.#bytesOf(sides[side]))
    }
    const kind = most > this.#mostBytes ? 'statistics' : 'rows'
    if (kind === 'statistics' && (await this.#isSquare(most, sides.generated)))
      return `its rows take ${sizeText(most)} a side and are fewer than their dimensions (--features all takes them)`
    const files: Record<Side, string> = { generated: '', reference: '' }
    for (const side of ['reference', 'generated'] as const) {
      const addresses = sides[side]
      const name = side === 'reference' ? 'reference' : record.method.id
      const digest = hashBytes(jsonLine(addresses))
      const end = kind === 'rows' ? '' : '.statistics'
      const file = `features/${record.protocol.id}/${name}.${use.network}-${digest.slice(0, 12)}${end}.npz`
      const known = this.#written.get(file.slice(file.indexOf('.')))
      if (known === undefined) {
        const origin = originOf(named.metric, named.recipe.id, record, use, addresses.length)
        if (kind === 'rows') await this.#writeRows(file, addresses, origin, signal)
        else await this.#writeStatistics(file, addresses, named, origin)
        this.#written.set(file.slice(file.indexOf('.')), file)
      }
      files[side] = known ?? file
    }
    const { network, digest } = use
    return { record: relative(this.#folder, path).replaceAll('\\', '/'), key, network, digest, kind, ...files }
  }

  /** Whether a covariance would say more than the rows: then a distance is made of these. */
  async #isSquare(bytes: number, [first = '']: readonly string[]): Promise<boolean> {
    const [, dimension = 0] = (await this.#store.rowShape(first)) ?? []
    return dimension === 0 || bytes / (4 * dimension) <= dimension
  }

  /** Mean and covariance as a distance of so many rows makes them itself, to the bit. */
  async #writeStatistics(
    file: string,
    addresses: readonly string[],
    { metric, recipe }: SetMetric,
    origin: FeatureOrigin,
  ): Promise<void> {
    const rows = await keptRows(
      addresses.map((address, at) => ({ clip: String(at), address })),
      this.#store,
    )
    const statistics = await statisticsOf(rows)
    const usual = statistics.gaussian(1)
    // With the divisor that the distance takes: another one would move last digits.
    const { distance } = findDistance(metric.id)
    const taken = distance.statistics?.(findRecipe(findDistance(metric.id), recipe.id), usual, metric.id) ?? usual
    const kept = taken.ddof === undefined || taken.ddof === 1 ? usual : statistics.gaussian(taken.ddof)
    await writeStatisticsFile(join(this.#folder, file), kept, origin)
  }

  async #bytesOf(addresses: readonly string[]): Promise<number> {
    let bytes = 0
    for (const address of addresses) bytes += await this.#store.size(address)
    return bytes
  }

  async #writeRows(
    file: string,
    addresses: readonly string[],
    origin: FeatureOrigin,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const [first] = addresses
    const shape = await this.#store.rowShape(first)
    if (shape === undefined) throw lost(first)
    const sink = await openRowsSink(join(this.#folder, file), shape[1])
    try {
      for (const address of addresses) {
        signal?.throwIfAborted()
        const rows = (await this.#store.read(address))?.rows
        if (rows === undefined) throw lost(address)
        await sink.add(rows.data)
      }
      await sink.finish(origin, signal)
    } finally {
      await sink.discard()
    }
  }
}

function lost(address: string) {
  return benchmarkError('cache-lost', address, 'expected an entry of features that was there, found none: run again')
}

function originOf(
  metric: MetricSpec,
  recipe: string,
  { protocol }: StoredRecord['record'],
  { network, digest }: { network: string; digest: string },
  clips: number,
): FeatureOrigin {
  const ask = rowsAsked(metric.needs(findRecipe(metric, recipe)))
  return {
    network,
    preprocessing: ask?.preprocessing ?? '',
    variant: ask?.variant,
    digest,
    title: `${protocol.id}@${protocol.version}`,
    excluded: protocol.excludedFrames,
    clips,
    failed: 0,
  }
}
