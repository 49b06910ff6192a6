import { join } from 'node:path'
import {
  benchmarkError,
  mergeFolder,
  protocolDigest,
  shardEnding,
  shardText,
  someOf,
  wholeShards,
} from '@kinemetric/benchmark'
import { isThere, takeLock } from '@kinemetric/files'
import { type KinemetricRecord, recordPaths } from '@kinemetric/records'
import { nameMetrics } from './conclude/conclude.ts'
import { unrelatedOutcomes } from './conclude/unrelated-values.ts'
import { type ResultPaths, writeResults } from './conclude/write-results.ts'
import { identityDifferences } from './journal/journal-identity.ts'
import { type OutcomeKey, outcomeKey } from './journal/measurement.ts'
import { findShards, type FoundShard } from './journal/find-shards.ts'
import type { ShardContext } from './journal/shard-file.ts'
import { keptFolder } from './open-evaluation.ts'
import { planMetrics } from './plan/metric-plan.ts'
import { FeatureCache } from './store/feature-cache.ts'

export interface MergeShardsOptions {
  /** `out` folders of shards, in any order, or one that several were copied into. */
  folders: readonly string[]
  /** Results folder; the only folder where not given. */
  out?: string | undefined
  /** Replace existing records. */
  overwrite?: boolean | undefined
  takeLock?: boolean | undefined
  onWarning?: ((message: string) => void) | undefined
}

/** The record of a method, and where it lies. */
export interface MergedShards {
  record: KinemetricRecord
  paths: ResultPaths
}

/**
 * Concludes the journals of shards into records, without networks or videos: each is the one that its method gets unsharded, but for the machine.
 * @returns a record for each method of each protocol, in the order of their names
 * @throws KinemetricError `bad-shards` for no shards, a gap, shards of different numbers, protocols, versions, weights or methods, and for one that was measured
 * twice with different results, named; `record-exists`; as writing records
 */
export async function mergeShards(options: MergeShardsOptions): Promise<MergedShards[]> {
  const conclude = await planMerge(options)
  return conclude()
}

/** Looks at all shards as `mergeShards` does, and writes nothing yet. @returns what concludes them */
export async function planMerge(options: MergeShardsOptions): Promise<() => Promise<MergedShards[]>> {
  const { folders } = options
  const out = mergeFolder(folders, options.out)
  const found = await findShards(folders)
  if (found.length === 0)
    throw benchmarkError('bad-shards', folders.join(', '), {
      expected: `shards of methods (*${shardEnding})`,
      found: 'none',
    })
  const groups = Map.groupBy(found, ({ file: { context } }) =>
    JSON.stringify([context.protocol.identity.id, context.method.id]),
  )
  const sets = [...groups.keys()].sort().map((key) => requireWhole(groups.get(key)!))
  return async () => {
    const merged: MergedShards[] = []
    for (const shards of sets) merged.push(await concludeShards(shards, out, options))
    return merged
  }
}

async function concludeShards(
  shards: readonly FoundShard[],
  out: string,
  { overwrite, takeLock: take, onWarning }: MergeShardsOptions,
): Promise<MergedShards> {
  const { context } = shards[0].file
  const { protocol, method, identity } = context
  const paths = recordPaths(out, protocol.identity.id, method.id)
  const unlock = await takeLock(join(paths.folder, `.${method.id}.lock`), { take })
  try {
    if (overwrite !== true && (await isThere(paths.record)))
      throw benchmarkError('record-exists', paths.record, 'is already there and is not overwritten unless asked')
    const outcomes = new Map(shards.flatMap((shard) => [...shard.outcomes]))
    const get = (key: OutcomeKey) => outcomes.get(outcomeKey(key))
    const keys = Map.groupBy(
      shards.flatMap(({ file }) => file.tasks).filter(({ against }) => against === undefined),
      ({ clip }) => clip,
    )
    const others = [...new Set(shards.map(({ folder }) => join(folder, keptFolder)))]
    const { needs } = planMetrics(context.metrics, protocol, method.alignment)
    const { record } = await writeResults(
      {
        protocol,
        uses: identity.needs,
        names: nameMetrics(needs, identity.needs, protocol),
        outcomes: context.references.clips.flatMap(({ id }) => (keys.get(id) ?? []).flatMap((key) => get(key) ?? [])),
        pairs: unrelatedOutcomes({ ...context.references, protocol }, context.unrelated, get),
        interval: context.interval ?? undefined,
        store: new FeatureCache(undefined, undefined, (message) => onWarning?.(message), { others }),
      },
      {
        references: { ...context.references, protocol },
        method,
        provenance: context.provenance,
        failures: context.failures,
        warnings: context.warnings,
        unrelated: context.unrelated,
        media: undefined,
      },
      paths,
    )
    return { record, paths }
  } finally {
    await unlock()
  }
}

/** The shards of a method, each once, in their order. @throws KinemetricError `bad-shards` for what keeps them from being one */
function requireWhole(found: readonly FoundShard[]): FoundShard[] {
  const [first] = found
  const { context } = first.file
  for (const other of found) {
    const parts = differences(context, other.file.context)
    if (parts.length > 0)
      throw benchmarkError('bad-shards', other.path, {
        expected: `the same as ${first.path}`,
        found: `other ${parts.join(', ')}`,
      })
  }
  const shards = wholeShards(found, { of: context.method.id, shardOf: ({ file }) => file.shard, oneOf })
  for (const each of shards) requireMeasured(each)
  return shards
}

/** Of the same shard measured or copied several times, the one that has most; what two of them have is the same. */
function oneOf(same: readonly FoundShard[]): FoundShard {
  const [first] = same.toSorted((a, b) => b.outcomes.size - a.outcomes.size)
  for (const other of same)
    for (const [key, outcome] of other.outcomes) {
      const own = first.outcomes.get(key)
      if (own === undefined || JSON.stringify(own) === JSON.stringify(outcome)) continue
      throw benchmarkError('bad-shards', other.path, {
        expected: `${shardText(first.file.shard)} to be what it is in ${first.path}`,
        found: `other measurements of ${outcome.clip}`,
      })
    }
  return first
}

function requireMeasured({ path, file: { tasks, shard, context }, outcomes }: FoundShard): void {
  const lacking = tasks.filter((key) => !outcomes.has(outcomeKey(key)))
  if (lacking.length === 0) return
  const names = [...new Set(lacking.map(({ clip }) => clip))]
  throw benchmarkError('bad-shards', path, {
    expected: `${tasks.length} measurements of ${context.method.id} in shard ${shardText(shard)}`,
    found: `${tasks.length - lacking.length}: ${someOf(names)} not measured`,
    then: `run score --shard ${shardText(shard)} again, which goes on`,
  })
}

/** Parts in which what two shards conclude differs, in words. */
function differences(a: ShardContext, b: ShardContext): string[] {
  const own = [
    'method',
    'references',
    'failures',
    'warnings',
    'metrics',
    'unrelated',
    'interval',
    'provenance',
  ] as const
  const parts = own.filter((name) => JSON.stringify(a[name]) !== JSON.stringify(b[name]))
  const identity = identityDifferences(a.identity, b.identity)
  const protocol = protocolDigest(a.protocol) === protocolDigest(b.protocol) ? [] : ['protocol']
  return [...new Set([...protocol, ...identity, ...parts])]
}
