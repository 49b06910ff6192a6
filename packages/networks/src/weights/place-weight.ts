import { access, constants, lstat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { writeError, makeFolder } from '@kinemetric/files'
import { requireCacheFolder } from './weight-folders.ts'
import type { WeightEntry } from './weight-entry.ts'
import { networkError } from '../tracklets/network-error.ts'

/** The first folder of the search path that can be written to; it is created where it is not there. */
export async function writableFolder(searchPath: readonly string[]): Promise<string> {
  for (const folder of searchPath) {
    try {
      await makeFolder(folder)
      await access(folder, constants.W_OK)
      return folder
    } catch {
      // The next one may be writable: a shared folder often is not.
    }
  }
  if (searchPath.length === 0) requireCacheFolder('KINEMETRIC_WEIGHTS')
  throw networkError(
    'write-failed',
    searchPath.join(', '),
    'none of these folders can be written to: KINEMETRIC_WEIGHTS names another, XDG_CACHE_HOME one for all that is kept',
  )
}

/** Path of an entry in a folder, which is created. @throws KinemetricError `exists` where another file lies there. */
export async function freePath(folder: string, name: string, entry: WeightEntry): Promise<string> {
  const path = join(folder, name)
  await makeFolder(dirname(path)).catch((cause: unknown) => {
    throw writeError(folder, cause)
  })
  const there = await lstat(path).catch(() => undefined)
  if (there === undefined) return path
  throw networkError('exists', path, {
    expected: `nothing, or ${entry.title} (sha256 ${entry.sha256})`,
    found: 'something else',
    then: 'move it away first',
  })
}
