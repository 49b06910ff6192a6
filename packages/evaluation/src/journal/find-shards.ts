import { basename } from 'node:path'
import { benchmarkError, listShards, shardPaths, type ShardPlace } from '@kinemetric/benchmark'
import { isError } from '@kinemetric/files'
import { identityDifferences, identityDigest } from './journal-identity.ts'
import { readJournal } from './journal.ts'
import { JournalLines } from './journal-lines.ts'
import { type KnownContexts, readShardFile, scoreShardSchema, type ShardFile } from './shard-file.ts'

/** A shard as it was found. */
export interface FoundShard {
  path: string
  folder: string
  file: ShardFile
  outcomes: JournalLines
}

/** The shards of scores in folders of results, of every protocol in them, or in one protocol's. @throws KinemetricError `bad-shards` */
export async function findShards(folders: readonly string[]): Promise<FoundShard[]> {
  const shards: FoundShard[] = []
  const known: KnownContexts = []
  for (const place of await listShards(folders, scoreShardSchema)) shards.push(await readShard(place, known))
  return shards
}

async function readShard({ folder, path }: ShardPlace, known: KnownContexts): Promise<FoundShard> {
  const file = await readShardFile(path, known)
  const { journal } = shardPaths(folder, file.context.method.id, file.shard)
  const read = await readJournal(journal).catch((cause: unknown) => {
    if (!isError(cause, 'conflict', 'other-inputs')) throw cause
    throw benchmarkError('bad-shards', journal, { expected: cause.expected, found: cause.found }, { cause })
  })
  const expected = identityDigest(file.context.identity)
  if (read !== undefined && read.digest !== expected)
    throw benchmarkError('bad-shards', journal, {
      expected: `the journal of ${basename(path)}`,
      found: `one of other ${identityDifferences(read.identity, file.context.identity).join(', ')}`,
    })
  return { path, folder, file, outcomes: read?.outcomes ?? new JournalLines(journal) }
}
