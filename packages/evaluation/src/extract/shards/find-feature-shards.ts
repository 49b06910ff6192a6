import { benchmarkError, listShards, shardIndex } from '@kinemetric/benchmark'
import {
  type FeatureShardContext,
  type FeatureShardFile,
  featureShardPaths,
  featureShardSchema,
  identityDifferences,
  matrixPath,
  readFeatureShard,
  rowsDigest,
} from './feature-shard-file.ts'
import { readRows, type RowsRecord } from './kept-rows.ts'

/** The file of a shard. */
export interface FeatureShardPlace {
  path: string
  folder: string
  file: FeatureShardFile
}

/** A shard as it was found. */
export interface FoundFeatureShard extends Omit<FeatureShardPlace, 'path'> {
  /** Of its file, its rows and its lock. */
  paths: ReturnType<typeof featureShardPaths>
  /** Its clips, in the order of their rows. */
  clips: readonly string[]
  /** Of the first of these, as many as are whole. */
  records: readonly RowsRecord[]
}

/** The files of shards of features in some folders and the folders below these. @throws KinemetricError `bad-shards` */
export async function findFeatureShardFiles(folders: readonly string[]): Promise<FeatureShardPlace[]> {
  const places: FeatureShardPlace[] = []
  const contexts = new Map<string, FeatureShardContext>()
  for (const { folder, path } of await listShards(folders, featureShardSchema))
    places.push({ folder, path, file: await readFeatureShard(path, contexts) })
  return places
}

/**
 * Shards of features with their rows.
 * @param isTrusted whether checksums of rows are passed over: for looking how far shards are
 * @throws KinemetricError `bad-shards`
 */
export async function readFeatureShards(
  places: readonly FeatureShardPlace[],
  { isTrusted = false } = {},
): Promise<FoundFeatureShard[]> {
  const shards: FoundFeatureShard[] = []
  const parts = new Map<FeatureShardContext, Map<number, string[][]>>()
  for (const { folder, path, file } of places) {
    const paths = { ...featureShardPaths(matrixPath(folder, file), file.shard), file: path }
    const found = await readRows(paths.rows, { isTrusted })
    const expected = file.context.rows
    if (found !== undefined && (found.digest !== rowsDigest(expected) || rowsDigest(found.identity) !== found.digest))
      throw benchmarkError('bad-shards', paths.rows, {
        expected: `the rows of ${path}`,
        found: `rows of other ${identityDifferences(found.identity, expected).join(', ')}`,
      })
    const clips = clipsOf(file, parts)
    const records = found?.records ?? []
    const differing = records.findIndex(({ clip }, place) => clip !== clips[place])
    shards.push({ paths, folder, file, clips, records: differing < 0 ? records : records.slice(0, differing) })
  }
  return shards
}

/** Found shards by the matrix that they are of, in the order of the matrices' names. */
export function byMatrix<Found extends Pick<FoundFeatureShard, 'file'>>(found: readonly Found[]): Found[][] {
  const groups = Map.groupBy(found, ({ file }) => file.context.name)
  return [...groups.keys()].sort().map((name) => groups.get(name)!)
}

/** The clips of a shard, in their order. @param known of what was told apart before, by the number of shards; what is new is added */
function clipsOf(
  { context, shard: { index, count } }: FeatureShardFile,
  known: Map<FeatureShardContext, Map<number, string[][]>>,
): string[] {
  const numbers = known.get(context) ?? new Map<number, string[][]>()
  known.set(context, numbers)
  const parts = numbers.get(count) ?? clipsOfShards(context.clips, count)
  numbers.set(count, parts)
  return parts[index - 1] ?? []
}

/** Of each shard the clips in their order; of those behind the last that has any, nothing. */
function clipsOfShards(clips: readonly string[], count: number): string[][] {
  const parts: string[][] = []
  for (const clip of clips) (parts[shardIndex(clip, count) - 1] ??= []).push(clip)
  return parts
}
