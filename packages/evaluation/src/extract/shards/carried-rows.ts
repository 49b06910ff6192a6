import { readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { isOfShard, type Shard } from '@kinemetric/benchmark'
import type { ClipFeatures } from '../clip-features.ts'
import type { FeatureClip } from '../feature-source.ts'
import { type FeatureShardPaths, rowsDigest, type RowsIdentity, shardOfRows } from './feature-shard-file.ts'
import { isWhole, readRows, rowsOf, type RowsRecord } from './kept-rows.ts'
import type { OpenedFile } from './open-files.ts'

/** A clip's record in another file than its shard's. */
export interface CarriedRecord {
  path: string
  record: RowsRecord
}

/**
 * Records of the clips of a shard that lie in other files: in what the shard had when its clips were others, and in shards of another number, where the number was
 * changed half-way. Of the same identity, of the clips' files as they are now, and whole. Changes nothing, and passes over what cannot be read.
 * @param out path of the matrix
 * @returns by the clips' names
 */
export async function carriedRecords(
  out: string,
  shard: Shard,
  { before }: FeatureShardPaths,
  clips: readonly FeatureClip[],
  identity: RowsIdentity,
  opened: OpenedFile,
): Promise<Map<string, CarriedRecord>> {
  const carried = new Map<string, CarriedRecord>()
  if (clips.length === 0) return carried
  const wanted = new Map(clips.map((clip) => [clip.id, clip]))
  for (const path of [before, ...(await ofOtherNumbers(out, shard))]) {
    const found = await readRows(path, { isTrusted: true }).catch(() => undefined)
    if (found === undefined || found.digest !== rowsDigest(identity)) continue
    for (const record of found.records) {
      const clip = wanted.get(record.clip)
      if (clip === undefined || carried.has(record.clip) || !isOfShard(record.clip, shard)) continue
      const isFailed = record.failure !== undefined
      if (record.stamp !== (await clip.stamp(isFailed))) continue
      if (await isWhole(await opened(path), record, identity.dimension)) carried.set(record.clip, { path, record })
    }
  }
  return carried
}

/** What became of a clip, as a record has it. */
export async function featuresOf({ path, record }: CarriedRecord, opened: OpenedFile): Promise<ClipFeatures> {
  const { failure, warnings = [] } = record
  return failure === undefined ? { rows: await rowsOf(await opened(path), record), warnings } : { failure, warnings }
}

async function ofOtherNumbers(out: string, { count }: Shard): Promise<string[]> {
  const names: string[] = await readdir(dirname(out)).catch(() => [])
  return names
    .filter((name) => (shardOfRows(name, basename(out))?.count ?? count) !== count)
    .sort()
    .map((name) => join(dirname(out), name))
}
