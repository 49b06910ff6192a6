import { randomBytes } from 'node:crypto'
import { link, open, readdir, rename, rm, stat, unlink, type FileHandle } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fileError, writeError } from '../errors/file-error.ts'
import { hashBytes } from '../reading/hash-file.ts'
import { systemCode } from '../errors/system-code.ts'
import { processSpace } from './lock-owner.ts'
import { makeFolder } from './make-folder.ts'

export interface WriteOptions {
  /** Replace a file that is already there (the default). `false` makes an existing file an error of code `exists`. */
  overwrite?: boolean | undefined
  /** Wait until the file and its name are on the disk (the default). What can be made again, such as a cache, need not. */
  durable?: boolean | undefined
}

/** A file that is being written under another name; see `openWhole`. */
export interface WholeFile {
  readonly handle: FileHandle
  /** Where its bytes are until it gets its name. */
  readonly partial: string
  /** Gives the file its name. @throws KinemetricError `exists`, `disk-full`, `write-failed`; nothing is left then */
  finish(): Promise<void>
  /** Leaves nothing behind; does nothing after `finish`. */
  discard(): Promise<void>
}

/**
 * The time by the clock that dates a folder's files, which on a network disk is not this machine's: that of a file that is written just now, and removed. This
 * machine's own where none can be written. Ages of files are told by it alone. @returns milliseconds since 1970
 */
export async function folderTime(folder: string): Promise<number> {
  const probe = partialPath(join(folder, 'time'))
  try {
    const handle = await open(probe, 'wx')
    try {
      await handle.write('0')
      return (await handle.stat()).mtimeMs
    } finally {
      await handle.close()
      await unlink(probe)
    }
  } catch {
    return Date.now()
  }
}

/** Names of unfinished files end so: whoever lists a folder leaves them out, and they may be removed when nobody is at work. */
export const partialSuffix = '.partial'

/** A name in the same folder that nobody else has: hidden, and not too long for the file system where the path's own name is not. */
export function partialPath(path: string): string {
  const mark = `${process.pid}-${machineMark()}${randomBytes(4).toString('hex')}`
  return join(dirname(path), `${partialStart(path)}${mark}${partialSuffix}`)
}

/**
 * Removes what processes that were killed left unfinished of one file: processes of this machine that are gone, and, as nobody writes one file for a day,
 * whatever is older. Whoever writes a file by `partialPath` calls it first; it needs no lock.
 */
export async function removeAbandoned(path: string): Promise<void> {
  const folder = dirname(path)
  const start = partialStart(path)
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.replace(writerMark, '') === start)
  for (const name of names) if (isOfEnded(name)) await rm(join(folder, name), { recursive: true, force: true })
  await removePartials(folder, { of: [path], olderThanMs: abandonedAfter })
}

/**
 * The same of everything that is being written in a folder, in one look at it: for whoever is going to write much there, beside others who may be at work.
 * Nothing happens where there is no such folder.
 */
export async function removeAbandonedIn(folder: string): Promise<void> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.startsWith('.') && isOfEnded(name))
  for (const name of names) await rm(join(folder, name), { recursive: true, force: true })
  await removePartials(folder, { olderThanMs: abandonedAfter })
}

/** Nobody writes one file for a day. */
const abandonedAfter = 86_400_000

/** Whether an unfinished file names a process of this machine that is gone. */
function isOfEnded(name: string): boolean {
  const [, pid, machine] = writerMark.exec(name) ?? []
  if (machine !== machineMark()) return false
  try {
    process.kill(Number(pid), 0)
    return false
  } catch (error) {
    return systemCode(error) === 'ESRCH'
  }
}

let mark: string | undefined

/** Eight letters for the running kernel and its namespace of process ids, within which a process id means something; `00000000` where the system does not tell. */
function machineMark(): string {
  mark ??= processSpace() === null ? '0'.repeat(8) : hashBytes(String(processSpace())).slice(0, 8)
  return mark
}

/** Process, its machine (not in names of older versions), some letters, and that it is unfinished. */
const writerMark = /(\d+)-([0-9a-f]{8})?[0-9a-f]{8}\.partial$/

/** Where the lock of one file lies: beside it, hidden. */
export function lockPath(path: string): string {
  return join(dirname(path), `${partialStart(path)}lock`)
}

function partialStart(path: string): string {
  const name = basename(path)
  return `.${Buffer.byteLength(name) > 200 ? hashBytes(name).slice(0, 32) : name}.`
}

/**
 * Removes what writers that died left unfinished in a folder. For whoever holds the lock of what is written there: nobody else may be at work.
 * @param choice `of` takes those of these paths alone, where others work in the same folder; `olderThanMs` leaves younger ones
 */
export async function removePartials(
  folder: string,
  choice: { of?: readonly string[] | undefined; olderThanMs?: number | undefined } = {},
): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  const starts = choice.of?.map(partialStart)
  // Without what is written of them by a process: names of others may begin with these.
  const isOf = (name: string) => starts?.includes(name.replace(writerMark, '')) ?? name.startsWith('.')
  const unfinished = names.filter((name) => name.endsWith(partialSuffix) && isOf(name))
  if (unfinished.length === 0) return
  const young = choice.olderThanMs === undefined ? Infinity : (await folderTime(folder)) - choice.olderThanMs
  for (const name of unfinished) {
    const path = join(folder, name)
    if (((await stat(path).catch(() => undefined))?.mtimeMs ?? 0) > young) continue
    await rm(path, { recursive: true, force: true })
  }
}

/**
 * Opens a file that appears under its name only when it is whole: a temporary file in the same folder, fsync, rename, fsync of the folder. Makes
 * missing folders, and removes what killed writers left of the same name. @throws KinemetricError `disk-full`, `write-failed`
 */
export async function openWhole(path: string, options: WriteOptions = {}): Promise<WholeFile> {
  const durable = options.durable ?? true
  const partial = partialPath(path)
  let handle: FileHandle
  try {
    await makeFolder(dirname(path))
    await removeAbandoned(path)
    handle = await open(partial, 'wx')
  } catch (cause) {
    throw writeError(path, cause)
  }
  let done = false
  const discard = async () => {
    if (done) return
    done = true
    await handle.close().catch(() => undefined)
    await rm(partial, { force: true }).catch(() => undefined)
  }
  const finish = async () => {
    try {
      if (durable) await handle.sync()
      await handle.close()
      await publish(partial, path, options.overwrite ?? true)
      done = true
      if (durable) await syncFolder(dirname(path))
    } catch (cause) {
      await discard()
      throw writeError(path, cause)
    }
  }
  return { handle, partial, finish, discard }
}

// A single write of more than 2 GiB is cut short by the operating system.
const STEP = 2 ** 30

/**
 * Writes all of some bytes: a write that takes fewer, as on a disk that is nearly full, is continued until it takes all or fails.
 *
 * @param position byte of the file to write at; by default where the last write ended
 * @throws the system's error; `ENOSPC` where it takes nothing and says nothing
 */
export async function writeBytes(handle: FileHandle, bytes: Uint8Array, position?: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const length = Math.min(STEP, bytes.length - done)
    const at = position === undefined ? null : position + done
    const { bytesWritten } = await handle.write(bytes, done, length, at)
    if (bytesWritten === 0)
      throw Object.assign(new Error(`ENOSPC: ${bytes.length - done} bytes were not written`), { code: 'ENOSPC' })
    done += bytesWritten
  }
}

/**
 * Writes a new file of a folder that is itself in the making (`writeWholeFolder`): under its own name at once, for nobody looks there before the folder has its.
 * @throws KinemetricError `disk-full`, `write-failed`
 */
export async function writePart(path: string, content: Uint8Array): Promise<void> {
  try {
    const handle = await open(path, 'wx')
    try {
      await writeBytes(handle, content)
    } finally {
      await handle.close()
    }
  } catch (cause) {
    throw writeError(path, cause)
  }
}

/**
 * Writes a file so that a reader sees either nothing (or the old content) or all of it. Makes missing folders.
 * @param content text, bytes, or pieces of bytes one after the other
 * @throws KinemetricError `exists`, `disk-full`, `write-failed`; no partial file is left behind. What `content` throws comes through as it is.
 */
export async function writeWhole(
  path: string,
  content: string | Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  options: WriteOptions = {},
): Promise<void> {
  const file = await openWhole(path, options)
  try {
    const pieces =
      typeof content === 'string' ? [Buffer.from(content)] : content instanceof Uint8Array ? [content] : content
    for await (const piece of pieces) await writePiece(path, file.handle, piece)
    await file.finish()
  } finally {
    await file.discard()
  }
}

async function writePiece(path: string, handle: FileHandle, piece: Uint8Array): Promise<void> {
  try {
    await writeBytes(handle, piece)
  } catch (cause) {
    throw writeError(path, cause)
  }
}

/** Gives a file that another program wrote under `partial` its name. @throws KinemetricError `exists`, `disk-full`, `write-failed` */
export async function publishFile(partial: string, path: string, options: WriteOptions = {}): Promise<void> {
  try {
    await publish(partial, path, options.overwrite ?? true)
    if (options.durable ?? true) await syncFolder(dirname(path))
  } catch (cause) {
    throw writeError(path, cause)
  }
}

/**
 * Writes a folder whole or not at all: `fill` gets an empty folder beside it, which then takes the place of what is there. What killed writers left there stays:
 * where there are many such folders, looking for it each time would cost more than writing them (`removeAbandonedIn`, before the first).
 * @throws KinemetricError `disk-full`, `write-failed`; what `fill` throws comes through as it is, and the old folder stays
 */
export async function writeWholeFolder<T>(path: string, fill: (partial: string) => Promise<T>): Promise<T> {
  const partial = partialPath(path)
  try {
    await makeFolder(partial).catch((cause: unknown) => {
      throw writeError(path, cause)
    })
    const result = await fill(partial)
    await exchange(partial, path).catch((cause: unknown) => {
      throw writeError(path, cause)
    })
    return result
  } finally {
    await rm(partial, { recursive: true, force: true }).catch(() => undefined)
  }
}

/**
 * Gives a folder its name. What had it is moved aside before it is removed, so that a process killed meanwhile never leaves half of it. Where another process gives
 * its own the name in between, that one is moved aside too.
 */
async function exchange(partial: string, path: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const aside = partialPath(path)
    const replaced = await rename(path, aside).then(
      () => true,
      (cause: unknown) => {
        if (systemCode(cause) !== 'ENOENT') throw cause
        return false
      },
    )
    const failed = await rename(partial, path).then(
      () => undefined,
      (cause: unknown) => ({ cause }),
    )
    const isTaken = failed !== undefined && ['ENOTEMPTY', 'EEXIST'].includes(systemCode(failed.cause) ?? '')
    if (failed !== undefined && (!isTaken || attempt === mostAttempts)) {
      if (replaced) await rename(aside, path).catch(() => undefined)
      throw failed.cause
    }
    if (replaced) await rm(aside, { recursive: true, force: true }).catch(() => undefined)
    if (failed === undefined) return
  }
}

/** As many write one folder at the same time only where a lock was taken over from a process that was at work all the same. */
const mostAttempts = 20

async function publish(temporary: string, path: string, overwrite: boolean): Promise<void> {
  if (overwrite) return rename(temporary, path)
  const taken = () => fileError('exists', path, 'is already there and is not overwritten unless asked')
  try {
    // link() refuses an existing target in one step, where a look before rename() would leave a gap for a second process.
    await link(temporary, path)
  } catch (cause) {
    const code = systemCode(cause)
    if (code === 'EEXIST') throw taken()
    // Some file systems (exFAT, some network mounts) have no hard links.
    if (!hasNoLinks(code)) throw cause
    if (await stat(path).catch(() => undefined)) throw taken()
    return rename(temporary, path)
  }
  await unlink(temporary)
}

/** Whether the system's code says that the file system has no hard links. */
export function hasNoLinks(code: string | undefined): boolean {
  return ['EPERM', 'ENOTSUP', 'ENOSYS', 'EOPNOTSUPP', 'EMLINK'].includes(code ?? '')
}

async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open folders; there the rename itself is all there is.
  const handle = await open(folder, 'r').catch(() => undefined)
  await handle?.sync().catch(() => undefined)
  await handle?.close()
}
