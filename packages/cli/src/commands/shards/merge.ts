import { benchmarkError, mergeFolder } from '@kinemetric/benchmark'
import { type LockFlags, takeLockOption } from '../../options/take-lock-option.ts'
import { type DefineCommand, exitCode } from '../../output/exit-code.ts'
import { printJson } from '../../output/print-json.ts'
import { warn } from '../../output/print.ts'
import { type ProgressChoice, progressOption, startProgress } from '../../output/progress.ts'
import type { MergeAsk, Merged } from './shard-kind.ts'
import { findKinds, type FoundKind, mergedCommands } from './shard-kinds.ts'

interface MergeFlags extends LockFlags, ProgressChoice {
  out?: string
  overwrite?: boolean
  json?: boolean
}

/** `kinemetric merge`: shards, of whatever kind, into what one pass over all clips makes. */
export const define: DefineCommand = (command, settle) => {
  command
    .argument(
      '<folders...>',
      '`--out` folders of shards, in any order, or one above them, or that several were copied into',
    )
    .option('--out <folder>', 'where what is merged goes (default: the only folder); a matrix of features also a file')
    .option('--overwrite', 'replace what was merged before')
    .addOption(takeLockOption())
    .option('--json', 'print what was merged as JSON')
    .option('--quiet', 'no progress')
    .addOption(progressOption())
    .addHelpText(
      'after',
      `
Examples:
  kinemetric prepare folder videos/ --protocol interdyn-256x384 --out prepared/ --shard 1/2    # and 2/2
  kinemetric merge prepared/    # of folders of their own with --out: the clips are copied there
  kinemetric score --manifest prepared/manifest.jsonl --generated generated/mine --out parts/ --shard 1/4    # and 2/4, 3/4, 4/4
  kinemetric merge parts/
  kinemetric merge node-a/ node-b/ --out scores/
  kinemetric merge parts/ --out refs.npz    # rows of features --shard i/N
  kinemetric run mask-warp --manifest prepared/manifest.jsonl --out generated/mask-warp --shard 1/2    # and 2/2
  kinemetric merge generated/mask-warp    # of folders of their own with --out: the clips are linked or copied there

No network is opened and no video is read. What is made is what one pass over all clips makes. Shards of several kinds (${mergedCommands.join(', ')}) are
each merged, all or none.`,
    )
    .action(async (folders: string[], flags: MergeFlags) => {
      const { out, overwrite, takeLock, json } = flags
      const into = mergeFolder(folders, out)
      const found = await findKinds(folders, (folder) => warn(`${folder}: no shards here`))
      if (found.length === 0)
        throw benchmarkError('bad-shards', folders.join(', '), {
          expected: `shards of ${mergedCommands.join(', ')} (*.shard.json)`,
          found: 'none, nor in folders below',
        })
      const progress = startProgress('merge', flags)
      const onProgress = (done: number, total: number, what: string) => progress.update(done, total, what)
      const ask = { out: into, overwrite, takeLock, onWarning: warn, onProgress }
      const merged = await mergeAll(found, ask).finally(() => progress.stop())
      if (json) printJson(Object.fromEntries(merged.map(({ field, made }) => [field, made.json])))
      else for (const { made } of merged) made.say()
      settle(merged.some(({ made }) => made.someFailed) ? exitCode.someFailed : exitCode.done)
    })
}

/** All are looked at before the first is made. */
async function mergeAll(
  found: readonly FoundKind[],
  ask: Omit<MergeAsk, 'folders'>,
): Promise<{ field: string; made: Merged }[]> {
  const plans: { field: string; conclude: () => Promise<Merged> }[] = []
  for (const { kind, folders } of found)
    plans.push({ field: kind.field, conclude: await (await kind.load()).kind.planMerge({ ...ask, folders }) })
  const merged: { field: string; made: Merged }[] = []
  for (const { field, conclude } of plans) merged.push({ field, made: await conclude() })
  return merged
}
