import { rename, rm } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { benchmarkError, isOfShard, type Shard } from '@kinemetric/benchmark'
import { takeLock, writeError, makeFolder } from '@kinemetric/files'
import { codeVersion, type RecordFailure } from '@kinemetric/records'
import { decoderIdentity } from '@kinemetric/video'
import type { ClipFeatures } from '../clip-features.ts'
import type { ExtractClips } from '../extract-features.ts'
import type { FeatureClip } from '../feature-source.ts'
import { type OpenExtraction, openExtraction } from '../open-extraction.ts'
import { requireRowsRoom } from '../require-rows-room.ts'
import type { SaveFeaturesOptions } from '../save-features.ts'
import { type CarriedRecord, carriedRecords, featuresOf } from './carried-rows.ts'
import {
  type FeatureShardContext,
  type FeatureShardPaths,
  featureShardPaths,
  featureShardSchema,
  identityDifferences,
  requireMatrixName,
  rowsDigest,
  type RowsIdentity,
  writeFeatureShard,
} from './feature-shard-file.ts'
import { readRows, type RowsRecord, RowsWriter } from './kept-rows.ts'
import { withOpenFiles } from './open-files.ts'

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
 * shard that was cut off goes on; one that is extracted twice has the same bytes. What it had of clips that are still its own stays when others join or leave, and what shards
 * of another number in the same folder have is taken over.
 * @throws KinemetricError as `saveFeatures`; `other-inputs` (saying what the rows that are there are not of) unless `restart`
 */
export async function saveFeatureShard(options: SaveFeatureShardOptions): Promise<FeatureShard> {
  const { place, shard } = options
  requireMatrixName(place.out)
  const opened = await openExtraction(options)
  try {
    const paths = featureShardPaths(place.out, shard)
    await makeFolder(dirname(place.out)).catch((cause: unknown) => {
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
  paths: FeatureShardPaths,
  options: SaveFeatureShardOptions,
): Promise<FeatureShard> {
  const { shard, place, restart, onProgress, onFailures } = options
  const context = await contextOf(opened, options)
  const identity = context.rows
  const clips = opened.source.clips.filter(({ id }) => isOfShard(id, shard))
  const kept = restart === true ? nothing : await keptOf(paths, identity, clips)
  return withOpenFiles(async (files) => {
    const pending = clips.slice(kept.records.length)
    const carried =
      restart === true
        ? new Map<string, CarriedRecord>()
        : await carriedRecords(place.out, shard, paths, pending, identity, files)
    await requireRowsRoom(paths.rows, pending.length - carried.size, opened.network.dimension)
    await writeFeatureShard(paths.file, { schema: featureShardSchema, shard, context })
    const rows = await RowsWriter.open(paths.rows, identity, kept.end)
    const failures = kept.records.flatMap(({ failure }) => failure ?? [])
    const warnings: FeatureShard['warnings'] = []
    let done = kept.records.length
    const take = async (features: ClipFeatures, clip: FeatureClip) => {
      const failure = 'failure' in features ? features.failure : undefined
      await rows.add(clip.id, await clip.stamp(failure !== undefined), features)
      if (failure !== undefined) failures.push(failure)
      for (const message of features.warnings) warnings.push({ clip: clip.id, message })
      onProgress?.({ done: ++done, total: clips.length, clip: clip.id, failure })
    }
    try {
      const extract = withKnown(
        opened.extract,
        (clip) => carried.get(clip.id),
        (record) => featuresOf(record, files),
        options.signal,
      )
      await extract(pending, (features, index) => take(features, pending[index]))
      await rm(paths.before, { force: true })
    } finally {
      await rows.close()
    }
    onFailures?.(failures)
    const resumed = kept.records.length + carried.size
    return { shard, measured: clips.length, resumed, failures, warnings, file: paths.file, rows: paths.rows }
  })
}

/** What is known of some clips already is given away in their order, among what is made of the others. */
function withKnown<Known>(
  make: ExtractClips,
  knownOf: (clip: FeatureClip) => Known | undefined,
  read: (known: Known) => Promise<ClipFeatures>,
  signal: AbortSignal | undefined,
): ExtractClips {
  return async (clips, take) => {
    const known = clips.map(knownOf)
    const unknown = [...clips.keys()].filter((place) => known[place] === undefined)
    let at = 0
    const giveKnown = async () => {
      for (let next = known[at]; next !== undefined; next = known[++at]) {
        signal?.throwIfAborted()
        await take(await read(next), at)
      }
    }
    await giveKnown()
    await make(
      unknown.map((place) => clips[place]),
      async (features) => {
        await take(features, at++)
        await giveKnown()
      },
    )
  }
}

interface KeptRows {
  /** Of the first clips, one each. */
  records: readonly RowsRecord[]
  /** Byte behind them. */
  end: number
}

const nothing: KeptRows = { records: [], end: 0 }

/**
 * What stays of a shard's rows: from the first clip on, as many as are of these clips' files as they are now. Where some of what follows is of use too, for clips have
 * joined or left, all of it is put aside, to be taken over clip by clip.
 * @throws KinemetricError `other-inputs` for rows of something else
 */
async function keptOf(
  { rows, before }: FeatureShardPaths,
  identity: RowsIdentity,
  clips: readonly FeatureClip[],
): Promise<KeptRows> {
  const found = await readRows(rows)
  if (found === undefined) return nothing
  if (found.digest !== rowsDigest(identity))
    throw benchmarkError('other-inputs', rows, {
      expected: 'the unfinished shard to have the same inputs',
      found: `other ${identityDifferences(found.identity, identity).join(', ')}`,
      then: 'ask for a restart to give up what it has',
    })
  const { records } = found
  let kept = 0
  while (kept < Math.min(records.length, clips.length)) {
    const { clip, stamp, failure } = records[kept]
    if (clip !== clips[kept].id || stamp !== (await clips[kept].stamp(failure !== undefined))) break
    kept++
  }
  const wanted = new Set(clips.slice(kept).map(({ id }) => id))
  // The one at which they part is of use where it is another clip's, not where the clip's file has changed.
  const rest = records.slice(clips[kept]?.id === records[kept]?.clip ? kept + 1 : kept)
  if (rest.some(({ clip }) => wanted.has(clip))) {
    await rename(rows, before)
    return nothing
  }
  // Behind the header alone, where no record stays: it is written anew.
  return kept === 0 ? nothing : { records: records.slice(0, kept), end: records[kept - 1].end }
}

async function contextOf(
  { network, weights, source }: OpenExtraction,
  { place, provider = 'cpu' }: SaveFeatureShardOptions,
): Promise<FeatureShardContext> {
  const { digest, dimension, preprocessing, variant, unverified } = network
  const { name: program, version } = await decoderIdentity()
  return {
    name: basename(place.out),
    statistics: place.statistics,
    manifest: source.manifest,
    clips: source.clips.map(({ id }) => id),
    failures: source.failures,
    rows: {
      network: network.network,
      preprocessing,
      variant,
      digest,
      dimension,
      unverified,
      excluded: [...source.exclude],
      weights,
      code: await codeVersion(),
      decoder: { name: program, version },
      provider,
    },
  }
}
