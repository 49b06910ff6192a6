import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { writeError, makeFolder } from '@kinemetric/files'
import { cliError } from './cli-error.ts'

/**
 * Makes the folder that an overlay goes to, before the work that it shows: a place that cannot be written is said at once.
 * @throws KinemetricError `bad-option` for a folder, `write-failed`
 */
export async function makeOverlayPlace(path: string | undefined): Promise<void> {
  if (path === undefined) return
  const there = await stat(path).catch(() => undefined)
  if (there?.isDirectory() === true)
    throw cliError('bad-option', `--overlay ${path}`, { expected: 'a file (.mp4)', found: 'a folder' })
  await makeFolder(dirname(path)).catch((cause: unknown) => {
    throw writeError(dirname(path), cause)
  })
}
