import { link, mkdir, open, readFile, rmdir, stat, unlink, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileError, writeError } from './file-error.ts'
import { parseJson } from './parse-json.ts'
import { systemCode } from './system-code.ts'
import { hasNoLinks, partialPath } from './whole-file.ts'

interface Owner {
  pid: number
  host: string
  /** When the process began, in the kernel's ticks. */
  born: string | null
}

/** A lock without an owner, or a takeover, that is older than this was left by a process that died in the middle of it. */
const UNFILLED_MS = 10_000

/** Does something while holding a lock file. @throws KinemetricError as `takeLock`; what `action` throws */
export async function withLock<T>(path: string, action: () => Promise<T>): Promise<T> {
  const release = await takeLock(path)
  try {
    return await action()
  } finally {
    await release()
  }
}

/**
 * Takes a lock file and gives the function that releases it. A lock whose process has ended is taken over; that is only known for processes of this
 * machine, a lock of another machine has to be removed by hand. Works on file systems without hard links.
 *
 * @throws KinemetricError `locked` where another process holds it, `disk-full`, `write-failed`
 */
export async function takeLock(path: string): Promise<() => Promise<void>> {
  const mine = JSON.stringify({ pid: process.pid, host: hostname(), born: await birth(process.pid) })
  const temporary = partialPath(path)
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(temporary, mine, { flush: true })
    for (let attempt = 0; attempt < 5; attempt++) {
      if (await take(temporary, path, mine)) return () => release(path, mine)
      const held = await readFile(path, 'utf8').catch(() => undefined)
      if (held === undefined) continue
      await requireStale(path, held)
      await removeStale(path)
    }
  } catch (cause) {
    throw writeError(path, cause)
  } finally {
    await unlink(temporary).catch(() => undefined)
  }
  throw fileError('locked', path, { expected: 'to take the lock', found: 'it taken again and again by others' })
}

async function take(temporary: string, path: string, mine: string): Promise<boolean> {
  try {
    // link() makes the lock with its content in one step, so that nobody ever reads an empty lock.
    await link(temporary, path)
    return true
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false
    if (!hasNoLinks(systemCode(error))) throw error
  }
  return takeInTwoSteps(path, mine)
}

/** Without hard links a lock is made and then filled: one that is still empty counts as held for a while. */
async function takeInTwoSteps(path: string, mine: string): Promise<boolean> {
  const file = await open(path, 'wx').catch((error: unknown) => {
    if (systemCode(error) !== 'EEXIST') throw error
  })
  if (file === undefined) return false
  try {
    await file.writeFile(mine)
    await file.sync()
    return true
  } catch (error) {
    await unlink(path).catch(() => undefined)
    throw error
  } finally {
    await file.close()
  }
}

/** Throws `locked` unless the lock's owner is known to be gone. */
async function requireStale(path: string, held: string): Promise<void> {
  const owner = parseOwner(held)
  if (owner === undefined) {
    if ((await age(path)) > UNFILLED_MS) return
    throw fileError('locked', path, { expected: 'no other run here', found: 'one that is taking the lock just now' })
  }
  if (!(await isAlive(owner))) return
  throw fileError('locked', path, {
    expected: 'no other run here',
    found: `process ${owner.pid} on ${owner.host} (if that run is gone, remove the lock file)`,
  })
}

async function age(path: string): Promise<number> {
  const info = await stat(path).catch(() => undefined)
  return info === undefined ? Infinity : Date.now() - info.mtimeMs
}

/**
 * Removes a lock whose owner is gone. Only one process at a time does: between reading and removing, another could have taken the lock over.
 * @throws KinemetricError `locked` where that has happened already
 */
async function removeStale(path: string): Promise<void> {
  const takeover = `${path}.takeover`
  try {
    await mkdir(takeover)
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error
    if ((await age(takeover)) > UNFILLED_MS) await rmdir(takeover).catch(() => undefined)
    await setTimeout(20)
    return
  }
  try {
    const held = await readFile(path, 'utf8').catch(() => undefined)
    if (held === undefined) return
    await requireStale(path, held)
    await unlink(path)
  } finally {
    await rmdir(takeover).catch(() => undefined)
  }
}

async function release(path: string, mine: string): Promise<void> {
  if ((await readFile(path, 'utf8').catch(() => '')) === mine) await unlink(path).catch(() => undefined)
}

function parseOwner(text: string): Owner | undefined {
  // Locks of downloads used to say `<pid> <host>`.
  const old = /^(\d+) (\S+)\s*$/.exec(text)
  if (old !== null) return { pid: Number(old[1]), host: old[2], born: null }
  try {
    const value: unknown = parseJson(text)
    return isOwner(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isOwner(value: unknown): value is Owner {
  if (typeof value !== 'object' || value === null || !('pid' in value && 'host' in value && 'born' in value))
    return false
  const { pid, host, born } = value
  return (
    Number.isInteger(pid) && Number(pid) > 0 && typeof host === 'string' && (born === null || typeof born === 'string')
  )
}

async function isAlive(owner: Owner): Promise<boolean> {
  if (owner.host !== hostname()) return true
  try {
    process.kill(owner.pid, 0)
  } catch (error) {
    // EPERM: it is there and belongs to somebody else.
    if (systemCode(error) !== 'EPERM') return false
  }
  // Process ids are given out again: a process of that id that began at another time is not the owner.
  const now = await birth(owner.pid)
  return owner.born === null || now === null || now === owner.born
}

/** When a process began, in the kernel's ticks; null where the system does not tell (only Linux does). */
async function birth(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  // The second field is the program's name in parentheses and may hold anything; field 22 is the start time.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
}
