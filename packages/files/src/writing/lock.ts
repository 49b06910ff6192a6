import { type FileHandle, link, mkdir, open, rmdir, stat, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileError, writeError } from '../errors/file-error.ts'
import { lifeOf, parseOwner, thisOwner } from './lock-owner.ts'
import { readTextFile } from '../reading/read-regular-file.ts'
import { systemCode } from '../errors/system-code.ts'
import { hasNoLinks, partialPath, removePartials, writeBytes } from './whole-file.ts'
import { makeFolder } from './make-folder.ts'

export interface LockOptions {
  /** Take the lock of a run of which nothing is known, a run on another machine, without waiting until it counts as gone. A run that is known to live keeps its lock. */
  take?: boolean | undefined
}

const SECOND = 1000
const MINUTE = 60 * SECOND
const DAY = 24 * 60 * MINUTE

/** A held lock is written anew this often: its modification time is the run's last sign of life. */
const BEAT = 20 * SECOND
/** Without a sign of life for so long a run that cannot be seen from here counts as gone. */
export const LEASE = 10 * MINUTE
/** The same for locks of earlier builds, which gave no signs of life. */
const LEASE_WITHOUT_BEATS = DAY
/** A lock without an owner that is older than this was left by a process that died in the middle of making it. */
const UNFILLED = 2 * SECOND
/** Before the lock of another machine is taken over it is watched for so many of its beats: some file systems date files by the clock of whoever writes them. */
const WATCHED_BEATS = 2.25
/** A takeover that is older than this was left in its middle. */
const TAKEOVER = 10 * SECOND

/** Does something while holding a lock file. @throws KinemetricError as `takeLock`; what `action` throws */
export async function withLock<T>(path: string, action: () => Promise<T>, options: LockOptions = {}): Promise<T> {
  const release = await takeLock(path, options)
  try {
    return await action()
  } finally {
    await release()
  }
}

/**
 * Takes a lock file and gives the function that releases it. The lock is a lease: while it is held it shows a sign of life every 20 seconds. It is taken
 * over where its process has ended (known of this machine's processes), or where there was no sign of life for 10 minutes (a day for locks of
 * earlier builds, which gave none) and none comes while it is watched for 45 seconds: a clock that is wrong takes it from nobody. Works on file systems
 * without hard links; ages are by the file system's own clock.
 *
 * @throws KinemetricError `locked` where another process holds it, `disk-full`, `write-failed`
 */
export async function takeLock(path: string, options: LockOptions = {}): Promise<() => Promise<void>> {
  const mine = Buffer.from(JSON.stringify(await thisOwner(BEAT)))
  const temporary = partialPath(path)
  let file: FileHandle | undefined
  try {
    await makeFolder(dirname(path))
    file = await open(temporary, 'wx+')
    await writeBytes(file, mine)
    await file.sync()
    const clock = clockOf(file, mine)
    for (let attempt = 0; attempt < 5; attempt++) {
      const held = await take(temporary, file, path, mine)
      if (held !== undefined) {
        // A second handle, where there are no links: the first is of the temporary file.
        if (held === file) file = undefined
        await removePartials(dirname(path), { of: [path], olderThanMs: MINUTE })
        return hold(path, held, mine)
      }
      const found = await read(path)
      if (found === undefined) continue
      await requireStale(path, found, clock, options)
      if (options.take !== true) await requireSilent(path, found)
      await removeStale(path, clock, options)
    }
  } catch (cause) {
    throw writeError(path, cause)
  } finally {
    await file?.close().catch(() => undefined)
    await unlink(temporary).catch(() => undefined)
  }
  throw fileError('locked', path, { expected: 'to take the lock', found: 'it taken again and again by others' })
}

/** The open lock file, where it was taken. */
async function take(
  temporary: string,
  file: FileHandle,
  path: string,
  mine: Uint8Array,
): Promise<FileHandle | undefined> {
  try {
    // link() makes the lock with its content in one step, so that nobody ever reads an empty lock.
    await link(temporary, path)
    return file
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return undefined
    if (!hasNoLinks(systemCode(error))) throw error
  }
  return takeInTwoSteps(path, mine)
}

/** Without hard links a lock is made and then filled: one that is still empty counts as held for a while. */
async function takeInTwoSteps(path: string, mine: Uint8Array): Promise<FileHandle | undefined> {
  const file = await open(path, 'wx+').catch((error: unknown) => {
    if (systemCode(error) !== 'EEXIST') throw error
  })
  if (file === undefined) return undefined
  try {
    await writeBytes(file, mine)
    await file.sync()
    return file
  } catch (error) {
    await unlink(path).catch(() => undefined)
    await file.close().catch(() => undefined)
    throw error
  }
}

/** Shows signs of life until it is released. They go to the open file: should the lock be another's by then, his is left alone. */
function hold(path: string, file: FileHandle, mine: Buffer): () => Promise<void> {
  let writing: Promise<unknown> = Promise.resolve()
  const timer = setInterval(() => {
    // A disk that is full or away for a moment: the next one may arrive.
    writing = writeBytes(file, mine, 0).catch(() => undefined)
  }, BEAT)
  timer.unref()
  return async () => {
    clearInterval(timer)
    await writing
    await file.close().catch(() => undefined)
    if ((await read(path)) === mine.toString()) await unlink(path).catch(() => undefined)
  }
}

/** What a lock says; undefined where there is none (any more). */
function read(path: string): Promise<string | undefined> {
  return readTextFile(path, { maxBytes: 65_536 }).catch(() => undefined)
}

/** The time by the file system's clock, which on a network disk is not this machine's: that of a file that is written just now. */
function clockOf(file: FileHandle, content: Uint8Array): () => Promise<number> {
  return async () => {
    await writeBytes(file, content, 0)
    return (await file.stat()).mtimeMs
  }
}

async function ageOf(path: string, clock: () => Promise<number>): Promise<number> {
  const info = await stat(path).catch(() => undefined)
  return info === undefined ? Infinity : (await clock()) - info.mtimeMs
}

/** Throws `locked` unless the lock's owner is gone; waits for one that is being made. */
async function requireStale(
  path: string,
  held: string,
  clock: () => Promise<number>,
  options: LockOptions,
): Promise<void> {
  const owner = parseOwner(held)
  const age = await ageOf(path, clock)
  if (owner === undefined) {
    if (age <= UNFILLED) await pause(Math.min(UNFILLED, UNFILLED - age) + 20)
    return
  }
  const life = await lifeOf(owner)
  if (life === 'dead') return
  const expected = 'no other run here'
  const who = `process ${owner.pid} on ${owner.host}`
  if (life === 'alive')
    throw fileError('locked', path, {
      expected,
      found: `${who}, which is running`,
      then: 'wait for its end, or end it',
    })
  const lease = owner.beat === undefined ? LEASE_WITHOUT_BEATS : LEASE
  if (age > lease || options.take === true) return
  throw fileError('locked', path, {
    expected,
    found: `${who}, whose last sign of life is ${age < -MINUTE ? `dated ${duration(-age)} ahead` : `${duration(age)} old`}`,
    then: `after ${duration(lease)} without one the lock is taken over; if that run is gone, --take-lock takes it at once`,
  })
}

/**
 * Watches the lock of another machine that by its age is left behind. @throws KinemetricError `locked` where it gives a sign of life
 */
async function requireSilent(path: string, held: string): Promise<void> {
  const owner = parseOwner(held)
  if (owner?.beat === undefined || (await lifeOf(owner)) !== 'unknown') return
  const beat = Math.min(Math.max(owner.beat, 1), BEAT)
  const begun = performance.now()
  const first = await lastSign(path)
  while (performance.now() - begun < WATCHED_BEATS * beat) {
    await pause(Math.min(beat, SECOND))
    const sign = await lastSign(path)
    if (sign === first) continue
    // Released, or taken by somebody: it is looked at anew.
    if (sign === undefined || (await read(path)) !== held) return
    throw fileError('locked', path, {
      expected: 'no other run here',
      found: `process ${owner.pid} on ${owner.host}, which gives signs of life, though by its clock the last is old`,
      then: 'wait for its end, or end it; set the clocks of these machines right',
    })
  }
}

/** When a lock was last written, by whatever clock. Opened, for network disks remember for a while what they said of a file that is not. */
async function lastSign(path: string): Promise<number | undefined> {
  const file = await open(path, 'r').catch(() => undefined)
  if (file === undefined) return undefined
  try {
    return (await file.stat()).mtimeMs
  } finally {
    await file.close()
  }
}

function duration(milliseconds: number): string {
  for (const [unit, length] of [
    ['day', DAY],
    ['hour', 60 * MINUTE],
    ['minute', MINUTE],
  ] as const) {
    const count = Math.floor(milliseconds / length)
    if (count >= 1) return `${count} ${unit}${count === 1 ? '' : 's'}`
  }
  return `${Math.max(0, Math.round(milliseconds / SECOND))} seconds`
}

/**
 * Removes a lock whose owner is gone. Only one process at a time does: between reading and removing, another could have taken the lock over.
 * @throws KinemetricError `locked` where that has happened already
 */
async function removeStale(path: string, clock: () => Promise<number>, options: LockOptions): Promise<void> {
  const takeover = `${path}.takeover`
  try {
    await mkdir(takeover)
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error
    if ((await ageOf(takeover, clock)) > TAKEOVER) await rmdir(takeover).catch(() => undefined)
    await pause(20)
    return
  }
  try {
    const held = await read(path)
    // One that has been waited for and still names nobody is removed; one that is being made just now is not.
    if (held === undefined || (parseOwner(held) === undefined && (await ageOf(path, clock)) <= UNFILLED)) return
    await requireStale(path, held, clock, options)
    await unlink(path)
  } finally {
    await rmdir(takeover).catch(() => undefined)
  }
}
