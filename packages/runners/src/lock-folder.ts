import { open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { RunnerError } from './runner-error.ts'

/**
 * Keeps a second run out of a folder: a file `.lock` with the process's number. A lock whose process is gone (killed,
 * say) is taken over.
 * @returns what takes the lock away
 * @throws RunnerError `busy`
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, '.lock')
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const file = await open(path, 'wx')
      await file.writeFile(String(process.pid))
      await file.close()
      return () => rm(path, { force: true })
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
      const holder = Number(await readFile(path, 'utf8').catch(() => ''))
      if (isRunning(holder)) {
        throw new RunnerError(
          'busy',
          `${folder}: expected no other run in this folder; process ${holder} is working in it`,
        )
      }
      await rm(path, { force: true })
    }
  }
  throw new RunnerError('busy', `${folder}: expected no other run in this folder; another one keeps taking its lock`)
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
