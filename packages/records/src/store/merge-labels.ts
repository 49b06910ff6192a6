import { setTimeout as pause } from 'node:timers/promises'
import { isError, lockPath, writeWhole, withLock } from '@kinemetric/files'
import { type ClipLabel, labelLine, type LabelledClips, openLabels } from './labels-file.ts'

/** Others write a file of labels in seconds; one that is held longer is told. */
const PATIENCE_MS = 120_000

/**
 * Brings labels of clips into a protocol's file of labels. What stands there of other clips stays; of a clip that both know, what is given counts, and what only
 * the file says stays. Lines are in the order of the clips' names (code units), so that the same labels are the same bytes whoever came first; a file that
 * has all of them is left alone, and none is made of clips of which nothing is said. Of clips names are held, their lines are read when they are wanted.
 * @throws KinemetricError as `readLabels`; `locked` where another process holds the file for two minutes; `disk-full`, `write-failed`
 */
export async function mergeLabels(path: string, given: LabelledClips): Promise<void> {
  // Many shards bring the same: whoever brings nothing waits for nobody.
  if (await hasAll(path, given)) return
  const begun = performance.now()
  for (;;)
    try {
      return await withLock(lockPath(path), () => writeMerged(path, given))
    } catch (error) {
      if (!isError(error) || error.code !== 'locked' || performance.now() - begun > PATIENCE_MS) throw error
      await pause(200)
    }
}

async function hasAll(path: string, given: LabelledClips): Promise<boolean> {
  const known = await openLabels(path)
  try {
    for (const clip of given.ids) {
      const line = lineOf(known, given, clip)
      if (line !== undefined && line !== lineOf(known, nothing, clip)) return false
    }
    return true
  } finally {
    known.close()
  }
}

async function writeMerged(path: string, given: LabelledClips): Promise<void> {
  const known = await openLabels(path)
  try {
    await writeWhole(path, merged(known, given))
  } finally {
    known.close()
  }
}

function* merged(known: LabelledClips, given: LabelledClips): Generator<Buffer> {
  // Sorted by code units, as in every list of ours whose order decides bytes.
  for (const clip of [...new Set([...known.ids, ...given.ids])].sort()) {
    const line = lineOf(known, given, clip)
    if (line !== undefined) yield Buffer.from(`${line}\n`)
  }
}

const nothing: LabelledClips = { ids: [], of: () => undefined }

function lineOf(known: LabelledClips, given: LabelledClips, clip: string): string | undefined {
  const before = known.of(clip)
  const now = given.of(clip)
  if (before === undefined && now === undefined) return undefined
  const said: ClipLabel = { clip, ...before }
  for (const [name, value] of Object.entries(now ?? {})) if (!isEmpty(value)) Object.assign(said, { [name]: value })
  return labelLine(said)
}

function isEmpty(value: string | readonly string[] | undefined): boolean {
  return value === undefined || value.length === 0
}
