import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Shard, shardOfJournal } from '@kinemetric/benchmark'
import { identityDigest, type JournalIdentity } from './journal-identity.ts'
import { readJournal } from './journal.ts'
import type { JournalLines, OutcomeLookup } from './journal-lines.ts'

/** What shards of other numbers measured of the clips of a shard. */
export interface OtherShards {
  shards: Shard[]
  /** Of these shards' clips and others. */
  outcomes: OutcomeLookup
  close(): void
}

/**
 * What lies in a folder of shards of other numbers, where the number was changed half-way: lines of the same identity. Changes
 * nothing, and passes over what cannot be read.
 */
export async function findOtherCount(
  folder: string,
  method: string,
  shard: Shard,
  identity: JournalIdentity,
): Promise<OtherShards> {
  const shards: Shard[] = []
  const journals: JournalLines[] = []
  const digest = identityDigest(identity)
  const names: string[] = await readdir(folder).catch(() => [])
  for (const name of names.sort()) {
    const other = shardOfJournal(name, method)
    if (other === undefined || other.count === shard.count) continue
    const read = await readJournal(join(folder, name)).catch(() => undefined)
    if (read === undefined || read.digest !== digest) continue
    shards.push(other)
    journals.push(read.outcomes)
  }
  return {
    shards,
    outcomes: { get: (key) => journals.findLast((journal) => journal.has(key))?.get(key) },
    close: () => journals.forEach((journal) => journal.close()),
  }
}
