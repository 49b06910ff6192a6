import { open, readFile, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { writing } from './download.ts'
import { WeightsError } from './weights-error.ts'

/**
 * Runs an action while holding a lock file, so that two processes do not write one download. A lock whose process on
 * this machine has ended is taken over.
 *
 * @throws WeightsError 'busy' where another process holds it.
 */
export async function withLock<T>(lock: string, action: () => Promise<T>): Promise<T> {
  await acquire(lock, true)
  try {
    return await action()
  } finally {
    await rm(lock, { force: true })
  }
}

async function acquire(lock: string, mayTakeOver: boolean): Promise<void> {
  try {
    const handle = await open(lock, 'wx')
    await handle.writeFile(`${process.pid} ${hostname()}\n`)
    await handle.close()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') await writing(lock, () => Promise.reject(error))
    const [pid, host] = (await readFile(lock, 'utf8').catch(() => '')).trim().split(' ')
    if (mayTakeOver && host === hostname() && !isRunning(Number(pid))) {
      await rm(lock, { force: true })
      return acquire(lock, false)
    }
    throw new WeightsError(
      'busy',
      `process ${pid ?? '?'} on ${host ?? '?'} is fetching this already; if it is not, delete ${lock}`,
    )
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
