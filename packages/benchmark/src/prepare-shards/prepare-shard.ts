import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { hashBytes, removeAbandonedIn, writeBytes, writeError, writeWhole, makeFolder } from '@kinemetric/files'
import type { ClipFailure } from '@kinemetric/records'
import { codeVersion } from '@kinemetric/records/code-version'
import { openPreparation, type OpenedPreparation } from '../prepare/open-preparation.ts'
import { preparationLocks, preparationName } from '../prepare/preparation-files.ts'
import { prepareItems } from '../prepare/prepare-items.ts'
import type { ItemOutcome } from '../prepare/prepare-one.ts'
import type { PrepareOptions } from '../prepare/prepare-options.ts'
import { writingError } from '../prepare/preparation-errors.ts'
import { type Inputs, requireSame, requireSameInputs } from '../prepare/report.ts'
import { clipsDigest, protocolDigest } from '../protocol/protocol.ts'
import type { Shard } from '../shards/shard.ts'
import { withFolderLock } from '../shards/folder-lock.ts'
import { shardPaths } from '../shards/shard-files.ts'
import {
  journalLine,
  jsonFields,
  type PrepareShardFile,
  prepareShardSchema,
  readPrepareShardFile,
  rowsForFile,
  writePrepareShardFile,
} from './prepare-shard-file.ts'

export interface PrepareShardOptions extends PrepareOptions {
  shard: Shard
}

/** What became of the clips of a shard. */
export interface PreparedShard {
  shard: Shard
  clips: number
  /** Clips that were there from an earlier preparation. */
  kept: number
  failures: ClipFailure[]
  /** Its file and its journal, which `mergePreparations` needs with the folder `clips` beside them. */
  file: string
  journal: string
}

/**
 * Prepares the clips of a shard as `prepare` does, and writes no manifest: `<out>/prepare.<i>-of-<N>.shard.json` and `.journal.jsonl` say what became of them. Shards
 * may share a folder. A shard that was cut off goes on from the clips that are finished; one that is prepared twice gives the same bytes.
 * @throws KinemetricError as `prepare`, but for `no-clips`: a shard may be empty
 */
export async function prepareShard(options: PrepareShardOptions): Promise<PreparedShard> {
  const { out, shard, overwrite, signal, takeLock: take } = options
  const paths = shardPaths(out, preparationName, shard)
  const requireSameShard = async (inputs: Inputs) => {
    if (overwrite === true) return
    await requireSameInputs(out, inputs)
    await requireSameAs(paths.file, inputs)
  }
  const opened = await openPreparation(options, requireSameShard, shard)
  try {
    await makeFolder(out).catch((cause: unknown) => {
      throw writeError(out, cause)
    })
    const prepared = async () => {
      await requireSameShard(opened.inputs)
      return prepareRows(opened, options, paths)
    }
    return await withFolderLock(preparationLocks(out), shard, prepared, { take })
  } catch (error) {
    throw writingError(error, out, signal)
  }
}

async function prepareRows(
  { inputs: { dataset, protocol }, rows, options: deciding }: OpenedPreparation,
  { out, shard, signal, jobs, onProgress, onWarning }: PrepareShardOptions,
  paths: ReturnType<typeof shardPaths>,
): Promise<PreparedShard> {
  const own = rowsForFile(rows)
  const file: PrepareShardFile = {
    schema: prepareShardSchema,
    shard,
    journal: null,
    context: {
      dataset,
      protocol,
      options: jsonFields(deciding),
      stages: rows.stages === undefined ? null : [...rows.stages],
      notes: rows.notes,
      all: rows.all,
      code: await codeVersion(),
    },
    rows: own,
  }
  await removeAbandonedIn(join(out, 'clips'))
  await writePrepareShardFile(paths.file, file)
  const journal = await GrowingJournal.open(paths.journal)
  const outcomes = await prepareItems(rows.items, {
    dataset,
    options: rows.options,
    protocol,
    out,
    signal,
    jobs,
    onProgress,
    onWarning,
    onOutcome: (index, outcome) => journal.add(own.items[index].place, outcome),
  }).finally(() => journal.close())
  // In the order of the items, whichever process was first.
  const text = outcomes.map((outcome, index) => journalLine(own.items[index].place, outcome)).join('')
  await writeWhole(paths.journal, text)
  await writePrepareShardFile(paths.file, { ...file, journal: hashBytes(text) })
  const made = outcomes.flatMap((outcome) => ('reason' in outcome ? [] : [outcome]))
  return {
    shard,
    clips: made.length,
    kept: made.filter(({ kept }) => kept).length,
    failures: outcomes.flatMap((outcome) => ('reason' in outcome ? [outcome] : [])),
    file: paths.file,
    journal: paths.journal,
  }
}

/** What is done so far, for whoever asks meanwhile. */
class GrowingJournal {
  readonly #handle: FileHandle
  readonly #path: string
  #writing: Promise<void> = Promise.resolve()

  private constructor(path: string, handle: FileHandle) {
    this.#path = path
    this.#handle = handle
  }

  static async open(path: string): Promise<GrowingJournal> {
    const handle = await open(path, 'w').catch((cause: unknown) => {
      throw writeError(path, cause)
    })
    return new GrowingJournal(path, handle)
  }

  add(place: number, outcome: ItemOutcome): void {
    this.#writing = this.#writing.then(() => writeBytes(this.#handle, Buffer.from(journalLine(place, outcome))))
    // It is told when the journal is closed.
    this.#writing.catch(() => undefined)
  }

  async close(): Promise<void> {
    try {
      await this.#writing
    } catch (cause) {
      throw writeError(this.#path, cause)
    } finally {
      await this.#handle.close()
    }
  }
}

/** @throws KinemetricError `other-inputs` where a shard's file says that it was prepared otherwise */
async function requireSameAs(path: string, inputs: Inputs): Promise<void> {
  // One that cannot be read is written anew.
  const file = await readPrepareShardFile(path).catch(() => undefined)
  if (file === undefined) return
  const { dataset, protocol, options } = file.context
  const { id } = protocol.identity
  requireSame(
    path,
    { dataset, protocol: { id, digest: protocolDigest(protocol), clips: clipsDigest(protocol) }, options },
    inputs,
  )
}
