import { listShards, shardPaths, type ShardPlace } from '../shards/shard-files.ts'
import { preparationName } from '../prepare/preparation-files.ts'
import {
  type PrepareJournal,
  type PrepareShardFile,
  prepareShardSchema,
  readPrepareJournal,
  readPrepareShardFile,
} from './prepare-shard-file.ts'

/** A shard of a preparation as it was found. */
export interface FoundPreparation {
  /** Its clips lie in the folder `clips` in it. */
  folder: string
  path: string
  file: PrepareShardFile
  journal: PrepareJournal
}

/** The shards of preparations in some folders and the folders in these. @throws KinemetricError `bad-shards` */
export async function findPreparations(folders: readonly string[]): Promise<FoundPreparation[]> {
  const found: FoundPreparation[] = []
  for (const place of await listShards(folders, prepareShardSchema)) found.push(await readPreparation(place))
  return found
}

async function readPreparation({ folder, path }: ShardPlace): Promise<FoundPreparation> {
  const file = await readPrepareShardFile(path)
  const journal = await readPrepareJournal(shardPaths(folder, preparationName, file.shard).journal)
  return { folder, path, file, journal }
}

/** Whether all is done, and its journal is the one that it ended with. */
export function isFinished({ file, journal }: FoundPreparation): boolean {
  return file.journal !== null && file.journal === journal.sha256 && lackingOf({ file, journal }).length === 0
}

/** Ids of a shard's items of which nothing is known yet. */
export function lackingOf({ file, journal }: Pick<FoundPreparation, 'file' | 'journal'>): string[] {
  return file.rows.items.filter(({ place }) => !journal.outcomes.has(place)).map(({ id }) => id)
}
