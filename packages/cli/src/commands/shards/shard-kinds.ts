import { benchmarkError, listShards, requireVersion } from '@kinemetric/benchmark'
import type { ShardKind } from './shard-kind.ts'

/** Every kind of shards. A command is in the catalogue when it takes `--shard`. */
export const shardKinds: readonly ShardKind[] = [
  {
    commands: ['prepare'],
    schema: 'kinemetric/prepare-shard@1',
    field: 'preparations',
    load: () => import('./prepare-shards.ts'),
  },
  {
    commands: ['score'],
    schema: 'kinemetric/shard@2',
    field: 'methods',
    load: () => import('./score-shards.ts'),
  },
  {
    commands: ['features'],
    schema: 'kinemetric/feature-shard@1',
    field: 'features',
    load: () => import('./feature-shards.ts'),
  },
  {
    commands: ['run'],
    schema: 'kinemetric/run-shard@1',
    field: 'runs',
    load: () => import('./run-shards.ts'),
  },
]

/** Commands of which shards are merged. */
export const mergedCommands: readonly string[] = shardKinds.flatMap(({ commands }) => commands)

/** Commands that take `--shard`: also the one whose last shard merges by itself. */
export const shardedCommands: readonly string[] = [...mergedCommands, 'reproduce']

/** A kind of which there are shards, with the folders that have some. */
export interface FoundKind {
  readonly kind: ShardKind
  readonly folders: readonly string[]
}

/**
 * The kinds of which there are shards in some folders, in the order of the catalogue.
 * @param onEmpty told of a folder that has none
 * @throws KinemetricError `bad-shards` for a folder that cannot be read, and for a file of no kind that is known
 */
export async function findKinds(
  folders: readonly string[],
  onEmpty?: (folder: string) => void,
): Promise<readonly FoundKind[]> {
  const found = await Promise.all(folders.map(async (folder) => ({ folder, places: await listShards([folder]) })))
  for (const place of found.flatMap(({ places }) => places)) {
    for (const kind of shardKinds) requireVersion(place, kind.schema)
    if (shardKinds.every((kind) => kind.schema !== place.schema))
      throw benchmarkError('bad-shards', place.path, {
        expected: `a shard of ${mergedCommands.join(', ')}`,
        found: `one of the schema ${place.schema}`,
      })
  }
  for (const { folder, places } of found) if (places.length === 0) onEmpty?.(folder)
  return shardKinds
    .map((kind) => ({
      kind,
      folders: found
        .filter(({ places }) => places.some(({ schema }) => schema === kind.schema))
        .map(({ folder }) => folder),
    }))
    .filter((each) => each.folders.length > 0)
}
