import { basename } from 'node:path'
import { benchmarkError, listShards, shardPaths } from '@kinemetric/benchmark'
import { isError } from '@kinemetric/files'
import { identityDifferences, identityDigest } from './journal-identity.ts'
import { readJournal } from './journal.ts'
import { JournalLines } from './journal-lines.ts'
import { type KnownContexts, readShardFile, scoreShardSchema, type ShardFile } from './shard-file.ts'

/** The file of a shard. */
export interface FoundShardFile {
  path: string
  folder: string
  file: ShardFile
}

/** A shard as it was found. */
export interface FoundShard extends FoundShardFile {
  outcomes: JournalLines
}

/** The files of shards of scores in folders of results, of every protocol in them, or in one protocol's. @throws KinemetricError `bad-shards` */
export async function findShardFiles(folders: readonly string[]): Promise<FoundShardFile[]> {
  const files: FoundShardFile[] = []
  const known: KnownContexts = []
  for (const { folder, path } of await listShards(folders, scoreShardSchema))
    files.push({ path, folder, file: await readShardFile(path, known) })
  return files
}

/** The same with their journals. @throws KinemetricError `bad-shards` */
export async function findShards(folders: readonly string[]): Promise<FoundShard[]> {
  return readShards(await findShardFiles(folders))
}

/** Reads the journals of shards. @throws KinemetricError `bad-shards` */
export async function readShards(files: readonly FoundShardFile[]): Promise<FoundShard[]> {
  const shards: FoundShard[] = []
  for (const file of files) shards.push(await readShard(file))
  return shards
}

async function readShard({ folder, path, file }: FoundShardFile): Promise<FoundShard> {
  const { journal } = shardPaths(folder, file.context.method.id, file.shard)
  const read = await readJournal(journal).catch((cause: unknown) => {
    if (!isError(cause, 'conflict', 'other-inputs')) throw cause
    throw benchmarkError(
      'bad-shards',
      journal,
      {
        expected: cause.expected,
        found: cause.found,
        then: 'merge it with the version that made it, or make the shard again with this one (--restart)',
      },
      { cause },
    )
  })
  const expected = identityDigest(file.context.identity)
  if (read !== undefined && read.digest !== expected)
    throw benchmarkError('bad-shards', journal, {
      expected: `the journal of ${basename(path)}`,
      found: `one of other ${identityDifferences(read.identity, file.context.identity).join(', ')}`,
    })
  return { path, folder, file, outcomes: read?.outcomes ?? new JournalLines(journal) }
}
