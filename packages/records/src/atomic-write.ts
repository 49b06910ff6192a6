import { randomBytes } from 'node:crypto'
import { link, mkdir, open, rename, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { RecordsError, writeError } from './records-error.ts'

export interface AtomicWriteOptions {
  /** Replace a file that is already there. Without it an existing file is an error of code `exists`. */
  overwrite?: boolean | undefined
}

/**
 * Writes a file so that a reader sees either nothing (or the old content) or all of it: temporary file in the same folder, fsync, rename, fsync of the
 * folder. Makes missing folders. Throws RecordsError: `exists`, `disk-full`, `write-failed`; no partial file is left behind.
 */
export async function atomicWrite(
  path: string,
  content: string | Uint8Array,
  options: AtomicWriteOptions = {},
): Promise<void> {
  const folder = dirname(path)
  const temporary = join(folder, `.${basename(path)}.${process.pid}-${randomBytes(4).toString('hex')}.partial`)
  try {
    await mkdir(folder, { recursive: true })
    const file = await open(temporary, 'wx')
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    await publish(temporary, path, options.overwrite === true)
    await syncFolder(folder)
  } catch (cause) {
    await unlink(temporary).catch(() => undefined)
    if (cause instanceof RecordsError) throw cause
    throw writeError(path, cause)
  }
}

async function publish(temporary: string, path: string, overwrite: boolean): Promise<void> {
  if (overwrite) return rename(temporary, path)
  try {
    // link() refuses an existing target in one step, where a look before rename() would leave a gap for a second process.
    await link(temporary, path)
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
    if (code === 'EEXIST')
      throw new RecordsError('exists', path, 'is already there and is not overwritten unless asked', { cause })
    // Some file systems (exFAT, some network mounts) have no hard links.
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS' && code !== 'EOPNOTSUPP') throw cause
    const existing = await open(path, 'r').catch(() => undefined)
    await existing?.close()
    if (existing !== undefined)
      throw new RecordsError('exists', path, 'is already there and is not overwritten unless asked')
    return rename(temporary, path)
  }
  await unlink(temporary)
}

async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open folders; there the rename itself is all there is.
  const handle = await open(folder, 'r').catch(() => undefined)
  await handle?.sync().catch(() => undefined)
  await handle?.close()
}
