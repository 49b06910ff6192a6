import { join, relative } from 'node:path'
import { benchmarkError } from '@kinemetric/benchmark'
import { hashBytes, jsonLine, sizeText } from '@kinemetric/files'
import { findRecipe, type MetricSpec } from '@kinemetric/metrics'
import type { BundleFeatures, StoredRecord } from '@kinemetric/records'
import type { ClipHash } from '../compare/compared-record.ts'
import { featureAddresses, featurePlaces, type Place, type SetMetric } from '../compare/kept-sets.ts'
import { metricOfScore } from '../compare/metric-of-score.ts'
import { openRowsSink } from '../extract/feature-sinks.ts'
import { needKey } from '../plan/need-key.ts'
import type { FeatureReader } from '../store/feature-reader.ts'

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
    if (need.kind === 'features' && !found.has(needKey(need)))
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

  /** @param folder the bundle's @param mostBytes a side of more is left out */
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
    const sides: Record<'generated' | 'reference', string> = { generated: '', reference: '' }
    for (const side of ['reference', 'generated'] as const) {
      const addresses = [...places.values()].map((place) => place[side])
      const bytes = await this.#bytesOf(addresses)
      if (bytes > this.#mostBytes)
        return `its rows take ${sizeText(bytes)} a side, more than ${sizeText(this.#mostBytes)} (--features all takes them)`
      const name = side === 'reference' ? 'reference' : record.method.id
      const digest = hashBytes(jsonLine(addresses))
      const file = `features/${record.protocol.id}/${name}.${use.network}-${digest.slice(0, 12)}.npz`
      sides[side] =
        this.#written.get(digest) ?? (await this.#writeSide(file, addresses, named, { record, use }, signal))
      this.#written.set(digest, sides[side])
    }
    const { network, digest } = use
    return { record: relative(this.#folder, path).replaceAll('\\', '/'), key, network, digest, ...sides }
  }

  async #bytesOf(addresses: readonly string[]): Promise<number> {
    let bytes = 0
    for (const address of addresses) bytes += await this.#store.size(address)
    return bytes
  }

  async #writeSide(
    file: string,
    addresses: readonly string[],
    { metric, recipe }: SetMetric,
    { record, use }: { record: StoredRecord['record']; use: { network: string; digest: string } },
    signal: AbortSignal | undefined,
  ): Promise<string> {
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
      await sink.finish(originOf(metric, recipe.id, record, use, addresses.length), signal)
    } finally {
      await sink.discard()
    }
    return file
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
) {
  const need = metric.needs(findRecipe(metric, recipe))
  const ask = need.kind === 'features' ? need.ask : undefined
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
