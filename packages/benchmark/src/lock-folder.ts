import { randomBytes } from 'node:crypto'
import { link, mkdir, readFile, rename, unlink, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { z } from 'zod'
import { BenchmarkError } from './failures/benchmark-error.ts'

const ownerSchema = z.object({ pid: z.number().int().positive(), host: z.string(), born: z.string().nullable() })
type Owner = z.infer<typeof ownerSchema>

/**
 * Takes a lock file, or throws BenchmarkError `locked` where another run holds it. A lock whose process has ended is taken over; that is only known for
 * processes of this machine, a lock of another machine has to be removed by hand. Gives the function that releases the lock.
 */
export async function lockFolder(path: string): Promise<() => Promise<void>> {
  await mkdir(dirname(path), { recursive: true })
  const mine = JSON.stringify({ pid: process.pid, host: hostname(), born: await birth(process.pid) })
  const temporary = `${path}.${process.pid}-${randomBytes(4).toString('hex')}`
  await writeFile(temporary, mine, { flush: true })
  try {
    for (let attempt = 0; attempt < 5; attempt++) {
      if (await take(temporary, path)) return () => release(path, mine)
      const held = await readFile(path, 'utf8').catch(() => undefined)
      if (held === undefined) continue
      const owner = parseOwner(held)
      if (owner !== undefined && (await isAlive(owner))) {
        const who = `process ${owner.pid} on ${owner.host}`
        throw new BenchmarkError(
          'locked',
          path,
          `expected no other run in this folder, found ${who} (if that run is gone, remove the lock file)`,
        )
      }
      await removeStale(path, held)
    }
  } finally {
    await unlink(temporary).catch(() => undefined)
  }
  throw new BenchmarkError('locked', path, 'expected to take the lock, found it taken again and again by others')
}

async function take(temporary: string, path: string): Promise<boolean> {
  try {
    // link() makes the lock with its content in one step, so that nobody ever reads an empty lock.
    await link(temporary, path)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
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
  try {
    return ownerSchema.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}

async function isAlive(owner: Owner): Promise<boolean> {
  if (owner.host !== hostname()) return true
  try {
    process.kill(owner.pid, 0)
  } catch (error) {
    // EPERM: it is there and belongs to somebody else.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false
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
