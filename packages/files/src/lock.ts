import { randomBytes } from 'node:crypto'
import { link, mkdir, open, readFile, rename, stat, unlink, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { fileError, writeError } from './file-error.ts'
import { KinemetricError } from './kinemetric-error.ts'
import { systemCode } from './system-code.ts'
import { hasNoLinks, partialSuffix } from './whole-file.ts'

interface Owner {
  pid: number
  host: string
  /** When the process began, in the kernel's ticks. */
  born: string | null
}

/** A lock without an owner that is older than this was left by a process that died between making and filling it. */
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
  const temporary = `${path}.${process.pid}-${randomBytes(4).toString('hex')}${partialSuffix}`
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(temporary, mine, { flush: true })
    for (let attempt = 0; attempt < 5; attempt++) {
      if (await take(temporary, path, mine)) return () => release(path, mine)
      const held = await readFile(path, 'utf8').catch(() => undefined)
      if (held === undefined) continue
      await requireStale(path, held)
      await removeStale(path, held)
    }
  } catch (cause) {
    throw cause instanceof KinemetricError ? cause : writeError(path, cause)
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
  // Without hard links two steps remain: a lock that is still empty counts as held for a while.
  try {
    await using file = await open(path, 'wx')
    await file.writeFile(mine)
    await file.sync()
    return true
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false
    throw error
  }
}

/** Throws `locked` unless the lock's owner is known to be gone. */
async function requireStale(path: string, held: string): Promise<void> {
  const owner = parseOwner(held)
  if (owner === undefined && held === '' && (await age(path)) < UNFILLED_MS)
    throw fileError('locked', path, { expected: 'no other run here', found: 'one that is taking the lock just now' })
  if (owner === undefined || !(await isAlive(owner))) return
  throw fileError('locked', path, {
    expected: 'no other run here',
    found: `process ${owner.pid} on ${owner.host} (if that run is gone, remove the lock file)`,
  })
}

async function age(path: string): Promise<number> {
  const info = await stat(path).catch(() => undefined)
  return info === undefined ? Infinity : Date.now() - info.mtimeMs
}

/** Moves the lock aside before removing it: between reading and removing, another process may have taken it over already. */
async function removeStale(path: string, seen: string): Promise<void> {
  const aside = `${path}.stale-${process.pid}-${randomBytes(4).toString('hex')}`
  try {
    await rename(path, aside)
  } catch {
    return
  }
  const moved = await readFile(aside, 'utf8').catch(() => seen)
  if (moved !== seen) await link(aside, path).catch(() => undefined)
  await unlink(aside).catch(() => undefined)
}

async function release(path: string, mine: string): Promise<void> {
  if ((await readFile(path, 'utf8').catch(() => '')) === mine) await unlink(path).catch(() => undefined)
}

function parseOwner(text: string): Owner | undefined {
  // Locks of downloads used to say `<pid> <host>`.
  const old = /^(\d+) (\S+)\s*$/.exec(text)
  if (old !== null) return { pid: Number(old[1]), host: old[2], born: null }
  try {
    const value: unknown = JSON.parse(text)
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
