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
import { countOf, type KinemetricError, NameTable } from '@kinemetric/files'
import { codeText, otherVersionText } from '@kinemetric/records'
import { ClipNames } from '../references/clip-names.ts'
import type { FoundShard } from './find-shards.ts'
import { identityDifferences } from './journal-identity.ts'
import type { OutcomeLookup } from './journal-lines.ts'
import type { KeyList } from './key-list.ts'
import type { OutcomeKey } from './measurement.ts'
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
      const all = [other, ...others]
      const outcomes = { get: (key: OutcomeKey) => all.find((each) => each.outcomes.has(key))?.outcomes.get(key) }
      for (const own of [first, ...shards]) requireSameOutcomes(own, { path: other.path, outcomes })
    },
  })
}

/** Of shards of one number. */
function wholeOf(found: readonly FoundShard[]): FoundShard[] {
  const [first] = found
  for (const other of found) requireAlike(first, other, againOf(first, other))
  const shards = wholeShards(found, { of: first.file.context.method.id, shardOf: ({ file }) => file.shard, oneOf })
  for (const each of shards) requireOwnTasks(each)
  requireAllClips(shards)
  for (const each of shards) requireMeasured(each)
  return shards
}

/** What was measured of other inputs cannot be gone on with. */
function againOf(first: FoundShard, other: FoundShard): string {
  const isOther = identityDifferences(other.file.context.identity, first.file.context.identity).length > 0
  return `run score --shard of those that are older again${isOther ? ' with --restart' : ', which goes on'}`
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
    if (!isSameList(other.file.tasks, first.file.tasks))
      throw benchmarkError('bad-shards', other.path, {
        expected: `${shardText(first.file.shard)} to be of the same clips and samples as in ${first.path}`,
        found: 'others',
      })
    requireSameOutcomes(first, other)
  }
  return first
}

function isSameList(a: KeyList, b: KeyList): boolean {
  if (a.size !== b.size) return false
  let place = 0
  for (const key of a) if (b.indexOf(key) !== place++) return false
  return true
}

function measuredOf({ file, outcomes }: FoundShard): number {
  let count = 0
  for (const key of file.tasks) if (outcomes.has(key)) count++
  return count
}

/** Lines that no task names are of clips that have left: nobody minds them. */
function requireSameOutcomes(
  { path, file, outcomes }: FoundShard,
  other: { path: string; outcomes: OutcomeLookup },
): void {
  for (const key of file.tasks) {
    const found = other.outcomes.get(key)
    const own = found && outcomes.get(key)
    if (own === undefined || found === undefined || JSON.stringify(own) === JSON.stringify(found)) continue
    throw benchmarkError('bad-shards', other.path, {
      expected: `${shardText(file.shard)} to be what it is in ${path}`,
      found: `other measurements of ${key.clip}`,
    })
  }
}

/** A shard's tasks are of its own clips, each of them once. */
function requireOwnTasks({ path, file: { shard, tasks, hasTwice } }: FoundShard): void {
  for (const { clip } of tasks)
    if (!isOfShard(clip, shard)) throw otherTasks(path, shard, `${clip}, which is of another`)
  if (hasTwice === true) throw otherTasks(path, shard, 'some twice')
}

/** No clip is without a task. */
function requireAllClips(shards: readonly FoundShard[]): void {
  const named = new NameTable()
  for (const { file } of shards) for (const { clip } of file.tasks) named.add(clip)
  const lacking: string[] = []
  for (const { id } of shards[0].file.context.references.clips) if (!named.has(id)) lacking.push(id)
  for (const { path, file } of shards) {
    const own = lacking.filter((id) => isOfShard(id, file.shard))
    if (own.length > 0) throw otherTasks(path, file.shard, `nothing of ${someOf(own)}`)
  }
}

function otherTasks(path: string, shard: Shard, found: string): KinemetricError {
  return benchmarkError('bad-shards', path, { expected: `the clips of shard ${shardText(shard)}, each once`, found })
}

function requireMeasured({ path, file: { tasks, shard, context }, outcomes }: FoundShard): void {
  const lacking: OutcomeKey[] = []
  // A line of that key may say what no measurement says.
  for (const key of tasks) if (outcomes.get(key) === undefined) lacking.push(key)
  // There may be very many shards.
  outcomes.close()
  if (lacking.length === 0) return
  const names = [...new Set(lacking.map(({ clip }) => clip))]
  throw benchmarkError('bad-shards', path, {
    expected: `${countOf(tasks.size, 'measurement')} of ${context.method.id} in shard ${shardText(shard)}`,
    found: `${tasks.size - lacking.length}: ${someOf(names)} not measured`,
    then: `run score --shard ${shardText(shard)} again, which goes on`,
  })
}

/** Parts in which what two shards conclude differs, in words. */
function differences(a: ShardContext, b: ShardContext): string[] {
  // All shards of a method have the same, which was read once.
  if (a === b) return []
  const own = ['method', 'references', 'failures', 'warnings', 'metrics', 'unrelated', 'interval'] as const
  const parts = own.filter((name) => textOf(a[name]) !== textOf(b[name]))
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

/** Lists that are no arrays as such. */
function textOf(part: ShardContext[keyof ShardContext]): string | undefined {
  return JSON.stringify(part, (_, value: unknown) => (value instanceof ClipNames ? [...value] : value))
}
