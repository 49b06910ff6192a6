import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { benchmarkError } from '@kinemetric/benchmark'
import { systemReason } from '@kinemetric/files'
import { identityDifferences, identityDigest } from './journal-identity.ts'
import { readJournal } from './journal.ts'
import type { ClipOutcome } from './measurement.ts'
import { readShardFile, shardEnding, type ShardFile, shardPaths } from './shard-file.ts'

/** A shard as it was found. */
export interface FoundShard {
  path: string
  folder: string
  file: ShardFile
  outcomes: ReadonlyMap<string, ClipOutcome>
}

/** The shards in a folder of results, of every protocol in it, or of one protocol's. @throws KinemetricError `bad-shards` */
export async function findShards(folder: string): Promise<FoundShard[]> {
  const inside = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    throw benchmarkError(
      'bad-shards',
      folder,
      { expected: 'a folder of shards', found: systemReason(cause) },
      { cause },
    )
  })
  const places = [folder, ...inside.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name))]
  const shards: FoundShard[] = []
  for (const place of places)
    for (const name of (await readdir(place)).filter((each) => each.endsWith(shardEnding)).sort())
      shards.push(await readShard(place, name))
  return shards
}

async function readShard(folder: string, name: string): Promise<FoundShard> {
  const path = join(folder, name)
  const file = await readShardFile(path)
  const { journal } = shardPaths(folder, file.context.method.id, file.shard)
  const read = await readJournal(journal)
  const expected = identityDigest(file.context.identity)
  if (read !== undefined && read.digest !== expected)
    throw benchmarkError('bad-shards', journal, {
      expected: `the journal of ${name}`,
      found: `one of other ${identityDifferences(read.identity, file.context.identity).join(', ')}`,
    })
  return { path, folder, file, outcomes: read?.outcomes ?? new Map<string, ClipOutcome>() }
}
