import { readFileSync, readlinkSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { parseJson } from '../reading/parse-json.ts'
import { systemCode } from '../errors/system-code.ts'

/** Who holds a lock. */
export interface LockOwner {
  pid: number
  host: string
  /** When the process began, in the kernel's ticks; null where the system does not tell. */
  born: string | null
  /** Within what process ids mean something: the running kernel and its namespace of ids; null where the system does not tell, or an old lock does not. */
  space: string | null
  /** Milliseconds between signs of life while it is held; absent in locks of versions that gave none. */
  beat?: number | undefined
}

/** This process as an owner. @param beat milliseconds between its signs of life */
export async function thisOwner(beat: number): Promise<LockOwner> {
  return { pid: process.pid, host: hostname(), born: await birth(process.pid), space: processSpace(), beat }
}

/**
 * Whether an owner still runs: known only of processes of this machine (and, for containers that share a disk, of this process namespace).
 * A process of the same id that began at another time is not the owner: ids are given out again.
 */
export async function lifeOf(owner: LockOwner): Promise<'alive' | 'dead' | 'unknown'> {
  if (owner.host !== hostname()) return 'unknown'
  const space = processSpace()
  if (owner.space !== null && space !== null && owner.space !== space) return 'unknown'
  try {
    process.kill(owner.pid, 0)
  } catch (error) {
    // EPERM: it is there and belongs to somebody else.
    if (systemCode(error) !== 'EPERM') return 'dead'
  }
  const now = await birth(owner.pid)
  return owner.born === null || now === null || now === owner.born ? 'alive' : 'dead'
}

/** The owner that a lock's text names; undefined where it names none. */
export function parseOwner(text: string): LockOwner | undefined {
  // Locks of downloads used to say `<pid> <host>`.
  const old = /^([1-9]\d{0,9}) (\S+)\s*$/.exec(text)
  if (old !== null) return { pid: Number(old[1]), host: old[2], born: null, space: null }
  try {
    return asOwner(parseJson(text))
  } catch {
    return undefined
  }
}

function asOwner(value: unknown): LockOwner | undefined {
  if (typeof value !== 'object' || value === null || !('pid' in value && 'host' in value && 'born' in value))
    return undefined
  const { pid, host, born } = value
  if (typeof pid !== 'number' || !Number.isInteger(pid) || pid <= 0 || pid > 2 ** 31) return undefined
  if (typeof host !== 'string' || (born !== null && typeof born !== 'string')) return undefined
  const space = 'space' in value && typeof value.space === 'string' ? value.space : null
  const beat = 'beat' in value && typeof value.beat === 'number' ? value.beat : undefined
  return { pid, host, born, space, beat }
}

/** When a process began, in the kernel's ticks; null where the system does not tell (only Linux does). */
async function birth(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  // The second field is the program's name in parentheses and may hold anything; field 22 is the start time.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
}

/** Within what process ids mean something: the running kernel and its namespace of ids; null where the system does not tell (only Linux does). */
export function processSpace(): string | null {
  try {
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return null
  }
}
