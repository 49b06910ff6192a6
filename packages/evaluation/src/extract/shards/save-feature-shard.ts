import { mkdir } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { benchmarkError, isOfShard, type Shard } from '@kinemetric/benchmark'
import { takeLock, writeError } from '@kinemetric/files'
import { codeVersion, type RecordFailure } from '@kinemetric/records'
import { decoderIdentity } from '@kinemetric/video'
import type { FeatureClip } from '../feature-source.ts'
import { type OpenExtraction, openExtraction } from '../open-extraction.ts'
import type { SaveFeaturesOptions } from '../save-features.ts'
import {
  featureShardDigest,
  type FeatureShardFile,
  featureShardPaths,
  featureShardSchema,
  requireMatrixName,
  writeFeatureShard,
} from './feature-shard-file.ts'
import { type FoundRows, readRows, RowsWriter } from './kept-rows.ts'

export interface SaveFeatureShardOptions extends Omit<SaveFeaturesOptions, 'place'> {
  shard: Shard
  /** The matrix that the shards are merged into, which is not written: its shards lie beside it. */
  place: { out: string; statistics: boolean }
  /** Begin anew where the shard was begun of other inputs, instead of ending with `other-inputs`. */
  restart?: boolean | undefined
}

/** What became of a shard. */
export interface FeatureShard {
  shard: Shard
  /** Clips that are done, those that failed included. */
  measured: number
  /** Of these, how many were there already. */
  resumed: number
  failures: RecordFailure[]
  /** What decoding found odd, by clip, in this run. */
  warnings: { clip: string; message: string }[]
  /** Its file and its rows, which merging needs. */
  file: string
  rows: string
}

/**
 * Extracts the features of a shard's clips and writes no matrix: `<out>.<i>-of-<N>.shard.json` says what they are of, `<out>.<i>-of-<N>.rows` holds them. A
 * shard that was cut off goes on; one that is extracted twice has the same bytes.
 * @throws KinemetricError as `saveFeatures`; `other-inputs` (saying what the rows that are there are not of) unless `restart`
 */
export async function saveFeatureShard(options: SaveFeatureShardOptions): Promise<FeatureShard> {
  const { place, shard } = options
  requireMatrixName(place.out)
  const opened = await openExtraction(options)
  try {
    const paths = featureShardPaths(place.out, shard)
    await mkdir(dirname(place.out), { recursive: true }).catch((cause: unknown) => {
      throw writeError(dirname(place.out), cause)
    })
    const unlock = await takeLock(paths.lock, { take: options.takeLock })
    try {
      return await extractShard(opened, paths, options)
    } finally {
      await unlock()
    }
  } finally {
    await opened.close()
  }
}

async function extractShard(
  opened: OpenExtraction,
  paths: ReturnType<typeof featureShardPaths>,
  options: SaveFeatureShardOptions,
): Promise<FeatureShard> {
  const { shard, onProgress, onFailures } = options
  const { dimension } = opened.network
  const file = await fileOf(opened, options)
  const digest = featureShardDigest(file)
  const found = options.restart === true ? undefined : await readRows(paths.rows, dimension)
  if (found !== undefined && found.digest !== digest)
    throw benchmarkError('other-inputs', paths.rows, {
      expected: 'the shard to be of the same inputs',
      found: 'rows of another network, version, source or place',
      then: 'ask for a restart to give up what it has',
    })
  const clips = opened.source.clips.filter(({ id }) => isOfShard(id, shard))
  const { resumed, end } = await keptOf(found, clips)
  const rows = await RowsWriter.open(paths.rows, digest, dimension, end)
  try {
    await writeFeatureShard(paths.file, file)
    const failures = (found?.records ?? []).slice(0, resumed).flatMap(({ failure }) => failure ?? [])
    const warnings: FeatureShard['warnings'] = []
    const pending = clips.slice(resumed)
    await opened.extract(pending, async (features, index) => {
      const clip = pending[index]
      await rows.add(clip.id, await clip.stamp(), features)
      const failure = 'failure' in features ? features.failure : undefined
      if (failure !== undefined) failures.push(failure)
      for (const message of features.warnings) warnings.push({ clip: clip.id, message })
      onProgress?.({ done: resumed + index + 1, total: clips.length, clip: clip.id, failure })
    })
    onFailures?.(failures)
    return { shard, measured: clips.length, resumed, failures, warnings, file: paths.file, rows: paths.rows }
  } finally {
    await rows.close()
  }
}

/** How many of the clips, from the first on, have rows that are of their files as they are now. */
async function keptOf(
  found: FoundRows | undefined,
  clips: readonly FeatureClip[],
): Promise<{ resumed: number; end: number }> {
  if (found === undefined) return { resumed: 0, end: 0 }
  const { records } = found
  let resumed = 0
  while (resumed < Math.min(records.length, clips.length)) {
    const { clip, stamp } = records[resumed]
    if (clip !== clips[resumed].id || stamp !== (await clips[resumed].stamp())) break
    resumed++
  }
  // Behind the header alone, where no record stays: it is written anew.
  return { resumed, end: resumed === 0 ? 0 : records[resumed - 1].end }
}

async function fileOf(
  { network, weights, source }: OpenExtraction,
  { shard, place, provider = 'cpu' }: SaveFeatureShardOptions,
): Promise<FeatureShardFile> {
  const { digest, dimension, preprocessing, variant, unverified } = network
  const { name: program, version } = await decoderIdentity()
  return {
    schema: featureShardSchema,
    shard,
    context: {
      name: basename(place.out),
      statistics: place.statistics,
      network: network.network,
      preprocessing,
      variant,
      digest,
      dimension,
      unverified,
      excluded: [...source.exclude],
      manifest: source.manifest,
      clips: source.clips.map(({ id }) => id),
      failures: source.failures,
      weights,
      code: await codeVersion(),
      decoder: { name: program, version },
      provider,
    },
  }
}
