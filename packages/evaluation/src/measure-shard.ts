import { join } from 'node:path'
import { benchmarkError, type Shard, shardPaths, shardTexts } from '@kinemetric/benchmark'
import { takeLock } from '@kinemetric/files'
import type { RecordFailure } from '@kinemetric/records'
import type { EvaluateMethodsOptions } from './evaluate-options.ts'
import { findOtherCount, type OtherShards } from './journal/find-other-count.ts'
import { Journal } from './journal/journal.ts'
import type { OutcomeLookup } from './journal/journal-lines.ts'
import { KeyList } from './journal/key-list.ts'
import { scoreShardSchema, type ShardContext, type ShardFile, writeShardFile } from './journal/shard-file.ts'
import { evaluationError, measureMethods, pendingOf, requireDiskFor } from './measure-methods.ts'
import { measuringOf } from './measuring-of.ts'
import { openEvaluation, type OpenEvaluation, type OpenMethod } from './open-evaluation.ts'
import { leaveLabels } from './references/clip-labels.ts'
import { ruleSuffix } from './plan/sample-rule.ts'
import { startAhead } from './worker-source.ts'
import { tasksOf } from './run/tasks.ts'

export interface MeasureShardOptions extends EvaluateMethodsOptions {
  shard: Shard
}

/** What became of one method in a shard. */
export interface MeasuredShard {
  method: string
  shard: Shard
  /** Lines of its journal: samples of clips, and those held against other clips' references. */
  measured: number
  resumed: number
  failures: RecordFailure[]
  /** Its file and its journal, which `mergeShards` needs with the folder `kept` beside them. */
  file: string
  journal: string
}

/**
 * Measures the clips of a shard, of one method or several, and concludes nothing: `<out>/<protocol>/<method>.<i>-of-<N>.shard.json` and `.journal.jsonl`, in
 * `<out>/<protocol>/kept` what sets are concluded from, and the labels of all clips, which go with them. A shard that was cut off goes on; one that is measured twice gives the same lines.
 * @throws KinemetricError `bad-option` with `previews`; as `evaluate`
 */
export async function measureShard(options: MeasureShardOptions): Promise<MeasuredShard[]> {
  if (options.previews === true)
    throw benchmarkError('bad-option', 'previews', {
      expected: 'no small videos of shards: they are made by whoever concludes',
      found: 'them asked for',
    })
  const run = await openEvaluation(options, (needs, tasks) =>
    startAhead(options, needs, Math.ceil(tasks / options.shard.count)),
  )
  const folder = join(options.out, run.references.protocol.identity.id)
  const tasks = new Map(run.methods.map(({ method }) => [method.id, new KeyList()]))
  for (const { method, key } of tasksOf(measuringOf(run, options, folder))) tasks.get(method.id)?.add(key)
  const journals = new Map<string, Journal>()
  const others = new Map<string, OtherShards>()
  const unlocks: (() => Promise<void>)[] = []
  try {
    const files = new Map<string, ShardFile>()
    for (const opened of run.methods) {
      const { id } = opened.method
      const paths = shardPaths(folder, id, options.shard)
      unlocks.push(await takeLock(paths.lock, { take: options.takeLock }))
      journals.set(id, await Journal.open(paths.journal, opened.identity, options.restart === true))
      if (options.restart !== true) others.set(id, await findOtherCount(folder, id, options.shard, opened.identity))
      files.set(id, {
        schema: scoreShardSchema,
        shard: options.shard,
        finished: false,
        tasks: tasks.get(id) ?? new KeyList(),
        context: contextOf(run, opened, options),
      })
    }
    const pending = await pendingOf(run, journals, folder, options, (id) => others.get(id)?.outcomes ?? nothing)
    // Only now, when the journal holds nothing that is of other files, may it count as what the file says.
    for (const [id, file] of files) await writeShardFile(shardPaths(folder, id, options.shard).file, file)
    for (const [id, { taken }] of pending.methods) {
      const message = `${id}: ${taken} of its measurements are from shards of another number (${shardTexts(others.get(id)?.shards ?? [])}), which \`merge\` passes over once these are whole`
      if (taken > 0) options.onProgress?.({ kind: 'warning', message })
    }
    await requireDiskFor(run, pending, folder, options)
    const counts = await measureMethods(run, journals, pending, folder, options)
    await leaveLabels(folder, run.references.clips)
    const measured: MeasuredShard[] = []
    for (const [id, file] of files) {
      const paths = shardPaths(folder, id, options.shard)
      await writeShardFile(paths.file, { ...file, finished: true })
      const { resumed, failures } = counts.methods.get(id)!
      measured.push({
        method: id,
        shard: options.shard,
        measured: file.tasks.size,
        resumed,
        failures,
        file: paths.file,
        journal: paths.journal,
      })
    }
    return measured
  } catch (error) {
    throw evaluationError(error, folder, options.signal)
  } finally {
    await run.close()
    for (const journal of journals.values()) await journal.close()
    for (const other of others.values()) other.close()
    for (const unlock of unlocks) await unlock()
  }
}

/** What nobody else measured. */
const nothing: OutcomeLookup = { get: () => undefined }

/** What whoever concludes has to know and cannot measure. */
function contextOf(
  { references }: OpenEvaluation,
  { method, identity, provenance, failures, warnings, measuring }: OpenMethod,
  { unrelated = 0, interval }: MeasureShardOptions,
): ShardContext {
  return {
    protocol: references.protocol,
    method,
    identity,
    references: {
      clips: references.clips.names,
      failures: references.failures,
      manifest: references.manifest,
      digest: references.digest,
    },
    provenance,
    failures,
    warnings,
    metrics: measuring.measurers.flatMap(({ names }) =>
      names.map(({ metric, recipe, rule }) => `${metric.id}:${recipe.id}${ruleSuffix(rule)}`),
    ),
    unrelated,
    interval: interval ?? null,
  }
}
