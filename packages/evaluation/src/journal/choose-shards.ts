import {
  benchmarkError,
  chooseNumber,
  type ChosenNumber,
  isOfShard,
  protocolDigest,
  type Shard,
  shardText,
  someOf,
  wholeShards,
} from '@kinemetric/benchmark'
import type { KinemetricError } from '@kinemetric/files'
import { codeText, otherVersionText } from '@kinemetric/records'
import { countOf } from '@kinemetric/files'
import type { FoundShard } from './find-shards.ts'
import { identityDifferences } from './journal-identity.ts'
import { outcomeKey } from './measurement.ts'
import type { ShardContext } from './shard-file.ts'

/**
 * The shards of a method that are all there and measured. Of shards of several numbers those of the number that is whole; of several that are, which then say the
 * same, those of the smallest. @throws KinemetricError `bad-shards` for what keeps them from being one
 */
export function chooseShards(found: readonly FoundShard[]): ChosenNumber<FoundShard> {
  return chooseNumber(found, {
    of: found[0].file.context.method.id,
    shardOf: ({ file }) => file.shard,
    wholeOf,
    requireSame([first, ...shards], [other, ...others]) {
      requireAlike(first, other, 'take the shards of one of the numbers out of the folder')
      const outcomes = new Map([other, ...others].flatMap((each) => [...each.outcomes]))
      for (const own of [first, ...shards]) requireSameOutcomes(own, { path: other.path, outcomes })
    },
  })
}

/** Of shards of one number. */
function wholeOf(found: readonly FoundShard[]): FoundShard[] {
  const [first] = found
  const then = 'run score --shard of those that are older again, which goes on'
  for (const other of found) requireAlike(first, other, then)
  const shards = wholeShards(found, { of: first.file.context.method.id, shardOf: ({ file }) => file.shard, oneOf })
  for (const each of shards) requireOwnTasks(each)
  requireAllClips(shards)
  for (const each of shards) requireMeasured(each)
  return shards
}

function requireAlike(first: FoundShard, other: FoundShard, then: string): void {
  const parts = differences(first.file.context, other.file.context)
  if (parts.length === 0) return
  throw benchmarkError('bad-shards', other.path, {
    expected: `the same as ${first.path}`,
    found: `other ${parts.join(', ')}`,
    then,
  })
}

/** Of the same shard measured or copied several times, the one that has most; what two of them have is the same. */
function oneOf(same: readonly FoundShard[]): FoundShard {
  const [first, ...others] = same.toSorted((a, b) => measuredOf(b) - measuredOf(a))
  for (const other of others) {
    if (JSON.stringify(other.file.tasks) !== JSON.stringify(first.file.tasks))
      throw benchmarkError('bad-shards', other.path, {
        expected: `${shardText(first.file.shard)} to be of the same clips and samples as in ${first.path}`,
        found: 'others',
      })
    requireSameOutcomes(first, other)
  }
  return first
}

function measuredOf({ file, outcomes }: FoundShard): number {
  return file.tasks.filter((key) => outcomes.has(outcomeKey(key))).length
}

/** Lines that no task names are of clips that have left: nobody minds them. */
function requireSameOutcomes({ path, file, outcomes }: FoundShard, other: Pick<FoundShard, 'path' | 'outcomes'>): void {
  for (const key of file.tasks) {
    const own = outcomes.get(outcomeKey(key))
    const found = other.outcomes.get(outcomeKey(key))
    if (own === undefined || found === undefined || JSON.stringify(own) === JSON.stringify(found)) continue
    throw benchmarkError('bad-shards', other.path, {
      expected: `${shardText(file.shard)} to be what it is in ${path}`,
      found: `other measurements of ${key.clip}`,
    })
  }
}

/** A shard's tasks are of its own clips, each of them once. */
function requireOwnTasks({ path, file: { shard, tasks } }: FoundShard): void {
  const strange = tasks.find(({ clip }) => !isOfShard(clip, shard))
  if (strange !== undefined) throw otherTasks(path, shard, `${strange.clip}, which is of another`)
  if (new Set(tasks.map(outcomeKey)).size < tasks.length) throw otherTasks(path, shard, 'some twice')
}

/** No clip is without a task. */
function requireAllClips(shards: readonly FoundShard[]): void {
  const named = new Set(shards.flatMap(({ file }) => file.tasks.map(({ clip }) => clip)))
  const lacking = shards[0].file.context.references.clips.filter(({ id }) => !named.has(id))
  for (const { path, file } of shards) {
    const own = lacking.filter(({ id }) => isOfShard(id, file.shard))
    if (own.length > 0) throw otherTasks(path, file.shard, `nothing of ${someOf(own.map(({ id }) => id))}`)
  }
}

function otherTasks(path: string, shard: Shard, found: string): KinemetricError {
  return benchmarkError('bad-shards', path, { expected: `the clips of shard ${shardText(shard)}, each once`, found })
}

function requireMeasured({ path, file: { tasks, shard, context }, outcomes }: FoundShard): void {
  const lacking = tasks.filter((key) => !outcomes.has(outcomeKey(key)))
  if (lacking.length === 0) return
  const names = [...new Set(lacking.map(({ clip }) => clip))]
  throw benchmarkError('bad-shards', path, {
    expected: `${countOf(tasks.length, 'measurement')} of ${context.method.id} in shard ${shardText(shard)}`,
    found: `${tasks.length - lacking.length}: ${someOf(names)} not measured`,
    then: `run score --shard ${shardText(shard)} again, which goes on`,
  })
}

/** Parts in which what two shards conclude differs, in words. */
function differences(a: ShardContext, b: ShardContext): string[] {
  // All shards of a method have the same, which was read once.
  if (a === b) return []
  const own = ['method', 'references', 'failures', 'warnings', 'metrics', 'unrelated', 'interval'] as const
  const parts = own.filter((name) => JSON.stringify(a[name]) !== JSON.stringify(b[name]))
  const identity = identityDifferences(b.identity, a.identity)
  // Most of it stands in the identity, too, and is said once.
  const provenance = (['code', 'weights', 'decoder', 'provider'] as const)
    .filter((name) => JSON.stringify(a.provenance[name]) !== JSON.stringify(b.provenance[name]))
    .map((name) =>
      name === 'code' ? otherVersionText(codeText(b.provenance.code), codeText(a.provenance.code)) : name,
    )
  const protocol = protocolDigest(a.protocol) === protocolDigest(b.protocol) ? [] : ['protocol']
  return [...new Set([...protocol, ...identity, ...parts, ...provenance])]
}
