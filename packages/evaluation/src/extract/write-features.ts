import { rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { benchmarkError } from '@kinemetric/benchmark'
import { lockPath, removePartials, takeLock } from '@kinemetric/files'
import type { DistanceChoice, FeatureOrigin } from '@kinemetric/metrics'
import type { RecordFailure } from '@kinemetric/records'
import {
  type ExtractClips,
  type ExtractedSource,
  type ExtractEvents,
  type Extraction,
  extractSource,
} from './extract-features.ts'
import type { FeatureClip } from './feature-source.ts'
import { type FeatureSink, openNamedSink, openRowsSink, openStatisticsSink, rowsPath } from './feature-sinks.ts'

/** Where features go: rows (.npy, .npz) or their mean and covariance (.npz) into a file, or mean and covariance under a name. */
export type FeaturePlace = { out: string; statistics: boolean } | { name: string }

/** What a file says of the network that made its rows. */
export interface FeatureNetwork {
  network: string
  preprocessing: string
  variant?: string | undefined
  /** sha256 of the network's tensors. */
  digest: string
  /** Length of a row. */
  dimension: number
  /** Its file was given by hand: nothing vouches for its content. */
  unverified: boolean
}

export interface WriteFeatures<Clip extends Pick<FeatureClip, 'id'> = FeatureClip> {
  place: { out: string; statistics: boolean } | { name: string; choice: DistanceChoice }
  source: ExtractedSource<Clip>
  /** What the source is called in errors. */
  title: string
  /** Makes the rows, or has them. */
  extract: ExtractClips<Clip>
  network: FeatureNetwork
  onProgress?: ExtractEvents['onProgress']
  onFailures?: ((failures: readonly RecordFailure[]) => void) | undefined
  takeLock?: boolean | undefined
  signal?: AbortSignal | undefined
}

export interface WrittenFeatures extends Extraction {
  origin: FeatureOrigin
  rows: number
  dimension: number
  path: string
}

/**
 * Writes the rows of all clips of a source, whoever makes them: the same rows give the same bytes.
 * @throws KinemetricError `no-clips` where no clip has rows; `exists`, `locked`, `disk-full`, `write-failed`, `too-large`; what `extract` throws
 */
export async function writeFeatures<Clip extends Pick<FeatureClip, 'id'>>({
  place,
  source,
  title,
  extract,
  network: { dimension, unverified, ...network },
  onProgress,
  onFailures,
  takeLock: take,
  signal,
}: WriteFeatures<Clip>): Promise<WrittenFeatures> {
  const sink =
    'name' in place ? openNamedSink(place.name, place.choice, dimension) : await openSink(place, dimension, take)
  try {
    const extraction = await extractSource(source, dimension, extract, { onRows: (rows) => sink.add(rows), onProgress })
    const { clips, failures, excluded } = extraction
    onFailures?.(failures)
    if (clips.length === 0)
      throw benchmarkError('no-clips', title, { expected: 'at least one clip with features', found: 'none' })
    const origin: FeatureOrigin = {
      network: network.network,
      preprocessing: network.preprocessing,
      variant: network.variant,
      digest: network.digest,
      excluded,
      clips: clips.length,
      failed: failures.length,
      ...(unverified ? { unverified } : {}),
    }
    return { ...extraction, origin, dimension, ...(await sink.finish(origin, signal)) }
  } finally {
    await sink.discard()
  }
}

async function openSink(
  { out, statistics }: { out: string; statistics: boolean },
  dimension: number,
  take: boolean | undefined,
): Promise<FeatureSink> {
  const release = await takeLock(lockPath(out), { take })
  try {
    await removePartials(dirname(out), { of: [out, rowsPath(out)] })
    await rm(rowsPath(out), { force: true })
    const sink = statistics ? await openStatisticsSink(out, dimension) : await openRowsSink(out, dimension)
    return { ...sink, discard: () => sink.discard().finally(release) }
  } catch (error) {
    await release()
    throw error
  }
}
