import { realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { removeAbandonedIn, writeError, makeFolder } from '@kinemetric/files'
import { benchmarkError } from '../failures/benchmark-error.ts'
import type { ManifestClip } from '../manifest/manifest-clip.ts'
import { concludePreparation } from '../prepare/conclude-preparation.ts'
import { preparationLocks } from '../prepare/preparation-files.ts'
import type { Preparation } from '../prepare/prepare-options.ts'
import { writingError } from '../prepare/preparation-errors.ts'
import { requireSameInputs } from '../prepare/report.ts'
import { withFolderLock } from '../shards/folder-lock.ts'
import { passedOverText } from '../shards/choose-number.ts'
import { shardEnding } from '../shards/shard-files.ts'
import { mergeFolder } from '../shards/whole-shards.ts'
import { choosePreparations } from './choose-preparations.ts'
import { findPreparations, type FoundPreparation } from './find-preparations.ts'
import { copyPrepared, requirePrepared } from './prepared-files.ts'

export interface MergePreparationsOptions {
  /** `out` folders of shards, in any order, or one that several share or were copied into. */
  folders: readonly string[]
  /** Folder that gets `manifest.jsonl`, `prepare.json` and the clips that are not there yet; the only folder where not given. */
  out?: string | undefined
  /** Replace a manifest of another dataset or protocol that is there. */
  overwrite?: boolean | undefined
  takeLock?: boolean | undefined
  onWarning?: ((message: string) => void) | undefined
  /** Told of work on clips' files, which takes long: of how many clips how many are looked at, then how many are where they belong, in words. */
  onProgress?: ((done: number, total: number, what: string) => void) | undefined
}

/**
 * Makes one preparation of the shards of one, without decoding anything: manifest and report are those that `prepare` writes of all clips.
 * @throws KinemetricError `bad-shards` for no shards, a gap, shards of different numbers of which none is whole, of different datasets, protocols, options or versions,
 * one that is not finished or whose journal was cut, and clips whose files are missing or others; `other-inputs`, `no-clips`, `locked`, `disk-full`, `write-failed`
 */
export async function mergePreparations(options: MergePreparationsOptions): Promise<Preparation> {
  const conclude = await planPreparationMerge(options)
  return conclude()
}

/** Looks at all shards and all files of their clips as `mergePreparations` does, and writes nothing yet. @returns what writes */
export async function planPreparationMerge(options: MergePreparationsOptions): Promise<() => Promise<Preparation>> {
  const { folders, overwrite, takeLock: take, onWarning, onProgress } = options
  const out = mergeFolder(folders, options.out)
  const found = await findPreparations(folders)
  if (found.length === 0)
    throw benchmarkError('bad-shards', folders.join(', '), {
      expected: `shards of a preparation (*${shardEnding})`,
      found: 'none',
    })
  const { shards, joined, passedOver } = choosePreparations(found)
  const { context, shard } = shards[0].file
  if (passedOver.length > 0) onWarning?.(passedOverText(shard.count, passedOver))
  const { rows, outcomes } = joined
  const clips = outcomes.flatMap((outcome) => ('reason' in outcome ? [] : [outcome.clip]))
  const tell = (what: string) => (done: number) => onProgress?.(done, clips.length, what)
  const inputs = { ...context, names: Object.keys(context.options) }
  // What is seen at once comes before all files are read.
  if (overwrite !== true) await requireSameInputs(out, inputs)
  const roots = await rootsOf(clips, { shards, found, onClip: tell('files checked') })
  const write = async () => {
    if (overwrite !== true) await requireSameInputs(out, inputs)
    await removeAbandonedIn(join(out, 'clips'))
    const to = await realpath(out)
    await atOnce(clips, (clip) => copyPrepared(roots.get(clip)!, to, clip), tell('in place'))
    const { dataset, protocol, options: deciding } = context
    return concludePreparation({ dataset, place: out, protocol, options: deciding, rows, outcomes }, out)
  }
  return async () => {
    try {
      await makeFolder(out).catch((cause: unknown) => {
        throw writeError(out, cause)
      })
      return await withFolderLock(preparationLocks(out), undefined, write, { take })
    } catch (error) {
      throw writingError(error, out, undefined)
    }
  }
}

/**
 * For each clip a folder that has it as its line says: of several copies of its shard the first that does.
 * @throws KinemetricError `bad-shards` of the first copy, where none does
 */
async function rootsOf(
  clips: readonly ManifestClip[],
  {
    shards,
    found,
    onClip,
  }: { shards: readonly FoundPreparation[]; found: readonly FoundPreparation[]; onClip: (done: number) => void },
): Promise<Map<ManifestClip, string>> {
  const roots = new Map<ManifestClip, string>()
  const placesOf = new Map<ManifestClip, string[]>()
  const wanted = new Set(clips)
  for (const shard of shards) {
    const copies = found.filter(({ file }) => file.shard.index === shard.file.shard.index)
    const folders = new Set([shard, ...copies].map(({ folder }) => folder))
    const places = [...new Set(await Promise.all([...folders].map((folder) => realpath(folder))))]
    for (const outcome of shard.journal.outcomes.values())
      if (!('reason' in outcome) && wanted.has(outcome.clip)) placesOf.set(outcome.clip, places)
  }
  const find = async (clip: ManifestClip) => {
    let trouble: unknown
    for (const place of placesOf.get(clip) ?? [])
      try {
        await requirePrepared(place, clip)
        roots.set(clip, place)
        return
      } catch (error) {
        trouble ??= error
      }
    throw trouble
  }
  await atOnce(clips, find, onClip)
  return roots
}

/** So many clips are read at once. */
const readers = 4

/** Does something with each, a few at a time. @throws what one of them throws, when nothing is done any more */
async function atOnce<Item>(
  items: readonly Item[],
  action: (item: Item) => Promise<void>,
  onDone: (done: number) => void,
): Promise<void> {
  const queue = items.toReversed()
  let done = 0
  const take = async () => {
    try {
      for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
        await action(next)
        onDone(++done)
      }
    } finally {
      // Where one fails nothing more is begun.
      queue.length = 0
    }
  }
  for (const ending of await Promise.allSettled(Array.from({ length: readers }, take)))
    if (ending.status === 'rejected') throw ending.reason
}
