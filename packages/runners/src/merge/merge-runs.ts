import { readdir, rm } from 'node:fs/promises'
import { basename, join, relative, resolve } from 'node:path'
import {
  benchmarkError,
  mergeFolder,
  requireNoShards,
  shardEnding,
  shardPaths,
  passedOverText,
  someOf,
} from '@kinemetric/benchmark'
import {
  canonicalJson,
  isThere,
  liesInside,
  type LockOptions,
  removeAbandoned,
  removePartials,
  withLock,
  writeWhole,
  makeFolder,
} from '@kinemetric/files'
import type { RunFields } from '../provenance/run-fields.ts'
import { runFile } from '../provenance/run-place.ts'
import { runName, writeRunShard } from '../provenance/run-shard-file.ts'
import { runLocks, wholeLock } from '../run/run-lock.ts'
import { bringSamples, requireSamples } from './bring-samples.ts'
import { findRunShards, type FoundRunShard } from './find-run-shards.ts'
import { chooseRuns } from './choose-runs.ts'
import { mergedRun } from './merged-run.ts'

export interface MergeRunsOptions {
  /** `out` folders of shards, in any order, or one that several worked in or were copied into. */
  readonly folders: readonly string[]
  /** Gets run.json and, from folders that are not it, the samples; the only folder where not given. */
  readonly out?: string | undefined
  /** Replace a run.json that is there, and samples that are others. */
  readonly overwrite?: boolean | undefined
  readonly takeLock?: boolean | undefined
  readonly onWarning?: ((message: string) => void) | undefined
  /** How many samples were read, then brought. */
  readonly onProgress?: ((done: number, total: number, what: string) => void) | undefined
}

export interface MergedRun {
  readonly method: string
  readonly displayName: string
  readonly out: string
  /** run.json */
  readonly file: string
  readonly shards: number
  /** Of samples of clips, and of their pairs. */
  readonly counts: NonNullable<RunFields['counts']>
  readonly pairs?: RunFields['pairs']
  /** Samples that came from another folder. */
  readonly brought: number
}

/**
 * Looks at all shards of a run and at their samples, and writes nothing yet.
 * @returns what writes the run.json of a run of all clips, the same bytes but for times, machines and `shards`, and brings the samples into one folder
 * @throws KinemetricError `bad-shards` for no shards, a gap, shards of different numbers of which none is whole, of different methods, settings, manifests, versions or
 * weights, for one that is not finished, and for a sample that is missing or another one, each named; `bad-option`; `record-exists`; `locked` where one is at work
 */
export async function planRunMerge(options: MergeRunsOptions): Promise<() => Promise<MergedRun>> {
  const { folders, overwrite = false, takeLock: take } = options
  const out = mergeFolder(folders, options.out)
  const found = await findRunShards(folders)
  if (found.length === 0)
    throw benchmarkError('bad-shards', folders.join(', '), {
      expected: `shards of runs (*${shardEnding})`,
      found: 'none',
    })
  const { shards, passedOver } = chooseRuns(found)
  const below = found.find(({ folder }) => isBelow(folder, out))
  if (below !== undefined)
    throw benchmarkError('bad-option', 'out', {
      expected: 'a folder that is not above those of shards',
      found: out,
      then: `choose another --out, as ${below.folder}`,
    })
  // What is seen at once comes before all samples are read.
  await requireRoomFor(out, shards, overwrite)
  for (const folder of new Set(shards.map((each) => each.folder))) await requireNoShards(runLocks(folder), { take })
  if (passedOver.length > 0) options.onWarning?.(passedOverText(shards.length, passedOver))
  const read = counter(shards, 'samples read', options.onProgress)
  for (const shard of shards) await requireSamples(shard, read)
  return async () => {
    await makeFolder(out)
    return withLock(wholeLock(out), () => conclude(shards, out, options), { take })
  }
}

async function conclude(
  shards: readonly FoundRunShard[],
  out: string,
  { overwrite = false, takeLock: take, onWarning, onProgress }: MergeRunsOptions,
): Promise<MergedRun> {
  const run = mergedRun(shards.map(({ file }) => file))
  if (run.devices !== undefined) onWarning?.(`made on ${run.devices.join(' and ')}: run.json says so`)
  const file = join(out, runFile)
  const isElsewhere = !shards.some(({ folder }) => relative(folder, out) === '')
  // Until run.json is there the folder is one of shards that are not merged, which nobody scores.
  const marks = isElsewhere ? shards.map(({ path }) => join(out, basename(path))) : []
  for (const [index, mark] of marks.entries()) await writeRunShard(mark, shards[index].file)
  if (isElsewhere) await rm(file, { force: true })
  await removeLeft(shards, out, { take })
  let brought = 0
  const passed = counter(shards, 'samples brought', isElsewhere ? onProgress : undefined)
  for (const shard of shards) brought += await bringSamples(shard, out, overwrite, passed)
  await writeWhole(file, canonicalJson(run))
  for (const mark of marks) await rm(mark, { force: true })
  const { method, counts, pairs } = run
  return {
    method: method.id,
    displayName: method.displayName,
    out,
    file,
    shards: shards.length,
    counts,
    ...(pairs === undefined ? {} : { pairs }),
    brought,
  }
}

/** Is told of each sample of all shards. */
function counter(shards: readonly FoundRunShard[], what: string, tell: MergeRunsOptions['onProgress']): () => void {
  const total = shards.reduce((sum, { file }) => sum + file.samples.length, 0)
  let done = 0
  return () => tell?.(++done, total, what)
}

/** What killed processes left unfinished: shards are all finished and none is at work, and while this has the folder none begins. */
async function removeLeft(shards: readonly FoundRunShard[], out: string, options: LockOptions): Promise<void> {
  await requireNoShards(runLocks(out), options)
  for (const { file } of shards) {
    await removeAbandoned(shardPaths(out, runName, file.shard).lock)
    for (const clip of new Set(file.samples.map((each) => each.clip))) await removePartials(join(out, clip))
  }
}

function isBelow(folder: string, out: string): boolean {
  const [inner, outer] = [resolve(folder), resolve(out)]
  return inner !== outer && liesInside(outer, inner)
}

/** @throws KinemetricError `bad-shards` where the folder holds something that is no part of the run, `record-exists` for a run.json */
async function requireRoomFor(out: string, shards: readonly FoundRunShard[], overwrite: boolean): Promise<void> {
  if (!(await isThere(out)) || overwrite) return
  if (await isThere(join(out, runFile)))
    throw benchmarkError('record-exists', join(out, runFile), 'is already there and is not overwritten unless asked')
  if (shards.some(({ folder }) => relative(folder, out) === '')) return
  const own = new Set(shards.flatMap(({ path, file }) => [basename(path), ...file.samples.map(({ clip }) => clip)]))
  const strangers = (await readdir(out)).filter((name) => !name.startsWith('.') && !own.has(name.normalize('NFC')))
  if (strangers.length === 0) return
  throw benchmarkError('bad-shards', out, {
    expected: 'an empty folder, or one that these shards were being merged into',
    found: someOf(strangers),
    then: 'choose another --out',
  })
}
