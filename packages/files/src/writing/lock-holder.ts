import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { readTextFile } from '../reading/read-regular-file.ts'
import { LEASE } from './lock.ts'
import { lifeOf, parseOwner } from './lock-owner.ts'
import { folderTime } from './whole-file.ts'

/** Who holds a lock, as far as can be seen from here. */
export interface LockHolder {
  readonly pid: number
  readonly host: string
  /** Whether he is at work, or may be: a process on another machine counts as gone when its lease has run out. */
  readonly isAtWork: boolean
  /** Milliseconds since the last sign of life, by the clock that dates the folder's files; not below 0. */
  readonly ageMs: number
}

/** Reads who holds a lock and leaves everything as it is. @returns undefined where there is none, or one that names nobody */
export async function lockHolder(path: string): Promise<LockHolder | undefined> {
  const text = await readTextFile(path, { maxBytes: 65_536 }).catch(() => undefined)
  const info = await stat(path).catch(() => undefined)
  const owner = text === undefined ? undefined : parseOwner(text)
  if (owner === undefined || info === undefined) return undefined
  const { pid, host } = owner
  const ageMs = Math.max(0, (await folderTime(dirname(path))) - info.mtimeMs)
  const life = await lifeOf(owner)
  return { pid, host, isAtWork: life === 'alive' || (life === 'unknown' && ageMs <= LEASE), ageMs }
}
