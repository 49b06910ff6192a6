import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { hashBytes, isError, takeLock } from '@kinemetric/files'

export interface TemporaryFolder {
  /** Real path. */
  path: string
  remove(): Promise<void>
}

/**
 * A folder in the system's temporary folder for work on `subject`, ours alone.
 *
 * Its name follows from the subject and is guarded by a lock, so that what a killed process left there is removed by the next one. Where another process
 * works on the same subject, or another user has that name, it is a folder of a random name.
 */
export async function temporaryFolder(purpose: string, subject: string): Promise<TemporaryFolder> {
  const start = join(tmpdir(), `kinemetric-${purpose}-`)
  const wanted = start + hashBytes(resolve(subject)).slice(0, 16)
  const release = await takeLock(`${wanted}.lock`).catch((error: unknown) => {
    if (!isError(error)) throw error
    return undefined
  })
  try {
    const path = await realpath(await (release === undefined ? mkdtemp(start) : emptied(wanted, start)))
    const remove = async () => {
      await rm(path, removal)
      await release?.()
    }
    return { path, remove }
  } catch (error) {
    await release?.()
    throw error
  }
}

/** What a process that was killed still writes for a moment may be in the way. */
const removal = { recursive: true, force: true, maxRetries: 5 } as const

async function emptied(path: string, start: string): Promise<string> {
  try {
    // A link of that name is removed, not followed; somebody else's folder stays, and is not used.
    await rm(path, removal)
    await mkdir(path, { mode: 0o700 })
    return path
  } catch {
    return mkdtemp(start)
  }
}
