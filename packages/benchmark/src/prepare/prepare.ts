import { join } from 'node:path'
import { removePartials, writeError, makeFolder } from '@kinemetric/files'
import { withFolderLock } from '../shards/folder-lock.ts'
import { concludePreparation } from './conclude-preparation.ts'
import { openPreparation, type OpenedPreparation } from './open-preparation.ts'
import { prepareItems } from './prepare-items.ts'
import { preparationLocks } from './preparation-files.ts'
import { writingError } from './preparation-errors.ts'
import type { Preparation, PrepareOptions } from './prepare-options.ts'
import { type Inputs, requireSameInputs } from './report.ts'

/**
 * Cuts a dataset's clips as a protocol says and writes `<out>/manifest.jsonl` and the prepared files beside it; the folder can be moved anywhere.
 * The manifest comes last, in one step; a preparation that was cut off goes on from the clips that are finished. A clip that cannot be prepared is in
 * `failures` (and in `<out>/prepare.json`), not in the manifest; a row that a rule leaves out is in the funnel and no failure.
 * @throws KinemetricError `bad-option`, `bad-protocol`, `bad-dataset`, `no-clips`, `locked`, `other-inputs`, `disk-full`, `write-failed`, `aborted`
 */
export async function prepare(options: PrepareOptions): Promise<Preparation> {
  const requireSame = async (inputs: Inputs) => {
    if (options.overwrite !== true) await requireSameInputs(options.out, inputs)
  }
  const opened = await openPreparation(options, requireSame)
  try {
    await makeFolder(options.out).catch((cause: unknown) => {
      throw writeError(options.out, cause)
    })
    const prepared = async () => {
      await requireSame(opened.inputs)
      return prepareRows(opened, options)
    }
    return await withFolderLock(preparationLocks(options.out), undefined, prepared, { take: options.takeLock })
  } catch (error) {
    throw writingError(error, options.out, options.signal)
  }
}

async function prepareRows(
  { inputs: { dataset, protocol }, rows, options: deciding }: OpenedPreparation,
  options: PrepareOptions,
): Promise<Preparation> {
  const { out, signal } = options
  for (const folder of [out, join(out, 'clips')]) await removePartials(folder)
  const outcomes = await prepareItems(rows.items, {
    dataset,
    options: rows.options,
    protocol,
    out,
    signal,
    jobs: options.jobs,
    onProgress: options.onProgress,
    onWarning: options.onWarning,
  })
  return concludePreparation({ dataset, place: options.dataset, protocol, options: deciding, rows, outcomes }, out)
}
