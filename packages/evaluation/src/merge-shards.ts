import { basename, dirname, join, resolve } from 'node:path'
import {
  benchmarkError,
  isOfShard,
  mergeFolder,
  passedOverText,
  requireNoGap,
  shardEnding,
  shardIndex,
} from '@kinemetric/benchmark'
import { isThere, takeLock } from '@kinemetric/files'
import { type KinemetricRecord, recordPaths } from '@kinemetric/records'
import { nameMetrics } from './conclude/conclude.ts'
import { unrelatedOutcomes } from './conclude/unrelated-values.ts'
import { type ResultPaths, writeResults } from './conclude/write-results.ts'
import type { ClipOutcome, OutcomeKey } from './journal/measurement.ts'
import { carryLabels } from './references/clip-labels.ts'
import type { ClipNames } from './references/clip-names.ts'
import { chooseShards } from './journal/choose-shards.ts'
import { findShardFiles, type FoundShard, type FoundShardFile, readShards } from './journal/find-shards.ts'
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
 * @throws KinemetricError `bad-shards` for no shards, a gap, shards of different numbers of which none is whole, of different manifests, protocols, versions, weights
 * or methods, for one that was measured twice with different results, and where what they kept is missing, named; `record-exists`; as writing records
 */
export async function mergeShards(options: MergeShardsOptions): Promise<MergedShards[]> {
  const conclude = await planMerge(options)
  return conclude()
}

/** Looks at all shards as `mergeShards` does, and writes nothing yet. @returns what concludes them */
export async function planMerge(options: MergeShardsOptions): Promise<() => Promise<MergedShards[]>> {
  const { folders } = options
  const asked = mergeFolder(folders, options.out)
  const files = await findShardFiles(folders)
  if (files.length === 0)
    throw benchmarkError('bad-shards', folders.join(', '), {
      expected: `shards of methods (*${shardEnding})`,
      found: 'none',
    })
  const out = resultsFolder(asked, files)
  // What is seen at once comes before all journals are read.
  for (const [first, ...others] of Map.groupBy(files, methodOf).values()) {
    const { protocol, method } = first.file.context
    const { record } = recordPaths(out, protocol.identity.id, method.id)
    if (options.overwrite !== true && (await isThere(record))) throw recordExists(record)
    requireNoGap([first, ...others], { of: method.id, shardOf: ({ file }) => file.shard })
  }
  const groups = Map.groupBy(await readShards(files), methodOf)
  const sets = [...groups.keys()].sort().map((key) => chooseShards(groups.get(key)!))
  return async () => {
    const merged: MergedShards[] = []
    for (const { shards, passedOver } of sets) {
      const [{ file }] = shards
      if (passedOver.length > 0)
        options.onWarning?.(`${file.context.method.id}: ${passedOverText(file.shard.count, passedOver)}`)
      merged.push(await concludeShards(shards, out, options))
    }
    return merged
  }
}

/** Where results go: who names the protocol's folder in which the shards lie wants them beside these, not in another one of its name below. */
function resultsFolder(asked: string, files: readonly FoundShardFile[]): string {
  const folder = resolve(asked)
  const isOfProtocol = files.every(
    (each) => resolve(each.folder) === folder && each.file.context.protocol.identity.id === basename(folder),
  )
  return isOfProtocol ? dirname(folder) : asked
}

/** Of which method under which protocol a shard is. */
function methodOf({ file: { context } }: Pick<FoundShard, 'file'>): string {
  return JSON.stringify([context.protocol.identity.id, context.method.id])
}

/** A record without what its shards kept would be another one than that of one pass. */
function lostFrom(folder: string, method: string, kept: readonly string[]) {
  return (address: string) =>
    benchmarkError('bad-shards', kept.length === 1 ? kept[0] : folder, {
      expected: `all that the shards of ${method} kept (${address.slice(0, 12)}…)`,
      found: 'some of it missing or damaged',
      then: `copy the folders ${keptFolder}/ with the journals beside them, or run the shards again, which make what is missing`,
    })
}

function recordExists(path: string) {
  return benchmarkError('record-exists', path, 'is already there and is not overwritten unless asked')
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
    if (overwrite !== true && (await isThere(paths.record))) throw recordExists(paths.record)
    // Journals may hold more: lines of clips that have left.
    const get = (key: OutcomeKey) =>
      shards.find(({ file }) => isOfShard(key.clip, file.shard) && file.tasks.indexOf(key) >= 0)?.outcomes.get(key)
    const others = [...new Set(shards.map(({ folder }) => join(folder, keptFolder)))]
    const { needs } = planMetrics(context.metrics, protocol, method.alignment)
    const { record } = await writeResults(
      {
        protocol,
        uses: identity.needs,
        names: nameMetrics(needs, identity.needs, protocol),
        outcomes: { [Symbol.iterator]: () => outcomesOf(context.references.clips, shards) },
        pairs: unrelatedOutcomes({ ...context.references, protocol }, context.unrelated, get),
        interval: context.interval ?? undefined,
        store: new FeatureCache(undefined, undefined, (message) => onWarning?.(message), {
          others,
          lost: lostFrom(paths.folder, method.id, others),
        }),
        onCost: onWarning,
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
    await carryLabels(
      shards.map(({ folder }) => folder),
      paths.folder,
    )
    return { record, paths }
  } finally {
    for (const { outcomes } of shards) outcomes.close()
    await unlock()
  }
}

/**
 * What shards measured of all clips, in the clips' order and of each clip in that of its samples. A shard's tasks are in that order already.
 * @throws KinemetricError `bad-shards` where those of a shard are in another
 */
function* outcomesOf(clips: ClipNames, shards: readonly FoundShard[]): Generator<ClipOutcome> {
  const { count } = shards[0].file.shard
  const own = new Map(shards.map((shard) => [shard.file.shard.index, ownTasks(shard)]))
  for (const { id } of clips) {
    const tasks = own.get(shardIndex(id, count))
    for (let key = tasks?.next; key?.clip === id; key = tasks?.next) {
      const outcome = tasks?.shard.outcomes.get(key)
      if (outcome !== undefined) yield outcome
      tasks?.take()
    }
  }
  for (const { next, shard } of own.values())
    if (next !== undefined)
      throw benchmarkError('bad-shards', shard.path, {
        expected: 'the clips in the order of all',
        found: `${next.clip} out of its place`,
      })
}

/** A shard's tasks against their own references, one after the other. */
function ownTasks(shard: FoundShard) {
  const tasks = shard.file.tasks[Symbol.iterator]()
  const nextOf = (): OutcomeKey | undefined => {
    for (let { value, done } = tasks.next(); done !== true; { value, done } = tasks.next())
      if (value !== undefined && value.against === undefined) return value
    return undefined
  }
  let next = nextOf()
  return {
    shard,
    get next() {
      return next
    },
    take: () => void (next = nextOf()),
  }
}
