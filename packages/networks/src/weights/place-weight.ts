import { access, constants, lstat, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { WeightEntry } from './weight-entry.ts'
import { WeightsError } from './weights-error.ts'

/** The first folder of the search path that can be written to; it is created where it is not there. */
export async function writableFolder(searchPath: readonly string[]): Promise<string> {
  for (const folder of searchPath) {
    try {
      await mkdir(folder, { recursive: true })
      await access(folder, constants.W_OK)
      return folder
    } catch {
      // The next one may be writable: a shared folder often is not.
    }
  }
  throw new WeightsError('write-failed', `none of these folders can be written to: ${searchPath.join(', ')}`)
}

/** Path of an entry in a folder, which is created. @throws WeightsError 'exists' where another file lies there. */
export async function freePath(folder: string, name: string, entry: WeightEntry): Promise<string> {
  const path = join(folder, name)
  await mkdir(dirname(path), { recursive: true }).catch((cause: Error) => {
    throw new WeightsError('write-failed', `cannot create ${folder}: ${cause.message}`, { cause })
  })
  const there = await lstat(path).catch(() => undefined)
  if (there === undefined) return path
  throw new WeightsError('exists', `${path} is not ${entry.title} (sha256 ${entry.sha256}); move it away first`)
}
