import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isOfShard, type Shard, shardOfJournal } from '@kinemetric/benchmark'
import { identityDigest, type JournalIdentity } from './journal-identity.ts'
import { readJournal } from './journal.ts'
import { type ClipOutcome, outcomeKey } from './measurement.ts'

/** What shards of other numbers measured of the clips of a shard. */
export interface OtherShards {
  shards: Shard[]
  /** By `outcomeKey`. */
  outcomes: Map<string, ClipOutcome>
}

/**
 * What lies in a folder of shards of other numbers, where the number was changed half-way: lines of the same identity that are of this shard's clips. Changes
 * nothing, and passes over what cannot be read.
 */
export async function findOtherCount(
  folder: string,
  method: string,
  shard: Shard,
  identity: JournalIdentity,
): Promise<OtherShards> {
  const found: OtherShards = { shards: [], outcomes: new Map() }
  const digest = identityDigest(identity)
  const names: string[] = await readdir(folder).catch(() => [])
  for (const name of names.sort()) {
    const other = shardOfJournal(name, method)
    if (other === undefined || other.count === shard.count) continue
    const read = await readJournal(join(folder, name)).catch(() => undefined)
    if (read === undefined || read.digest !== digest) continue
    found.shards.push(other)
    for (const outcome of read.outcomes.values())
      if (isOfShard(outcome.clip, shard)) found.outcomes.set(outcomeKey(outcome), outcome)
  }
  return found
}
