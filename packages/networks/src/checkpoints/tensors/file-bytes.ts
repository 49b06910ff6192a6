import { constants } from 'node:fs'
import { type FileHandle, open, realpath } from 'node:fs/promises'
import { isAbsolute, relative, sep } from 'node:path'
import { CheckpointError } from './checkpoint-error.ts'

/** An open regular file with its real path. */
export interface OpenFile {
  readonly handle: FileHandle
  readonly path: string
  readonly size: number
}

/**
 * Opens a regular file for reading; symbolic links are followed, and where `roots` are given the real path must lie
 * inside one of them.
 *
 * @throws CheckpointError 'not-found', 'not-a-file', 'not-readable' or 'outside-roots'.
 */
export async function openRegularFile(path: string, roots?: readonly string[]): Promise<OpenFile> {
  const real = await realpath(path).catch((cause: NodeJS.ErrnoException) => {
    const code = cause.code === 'ENOENT' || cause.code === 'ENOTDIR' ? 'not-found' : 'not-readable'
    throw new CheckpointError(code, path, code === 'not-found' ? 'no such file' : cause.message, { cause })
  })
  if (roots !== undefined && !(await isInside(real, roots))) {
    const where = real === path ? '' : ` (it leads to ${real})`
    throw new CheckpointError('outside-roots', path, `outside of the declared folders${where}: ${roots.join(', ')}`)
  }
  // Non-blocking, so that opening a named pipe cannot wait for ever for its writer.
  const handle = await open(real, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch((cause: Error) => {
    throw new CheckpointError('not-readable', path, cause.message, { cause })
  })
  try {
    const status = await handle.stat()
    if (!status.isFile()) throw new CheckpointError('not-a-file', path, 'not a regular file')
    return { handle, path: real, size: status.size }
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** Whether a real path lies inside one of the folders, whose own links are resolved; folders that are not there hold nothing. */
export async function isInside(real: string, roots: readonly string[]): Promise<boolean> {
  for (const root of roots) {
    const folder = await realpath(root).catch(() => undefined)
    if (folder === undefined) continue
    const path = relative(folder, real)
    if (path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path)) return true
  }
  return false
}

/** Reads exactly these bytes. @throws CheckpointError 'truncated' where the file ends before. */
export async function readBytes(file: OpenFile, offset: number, length: number): Promise<Uint8Array> {
  if (offset + length > file.size) throw truncated(file, offset, length)
  const bytes = new Uint8Array(length)
  await fillBytes(file, bytes, offset)
  return bytes
}

/** Fills `target` from `offset` on. @throws CheckpointError 'truncated' where the file ends before. */
export async function fillBytes(file: OpenFile, target: Uint8Array, offset: number): Promise<void> {
  for (let done = 0; done < target.length;) {
    const length = Math.min(target.length - done, 1 << 30)
    const { bytesRead } = await file.handle.read(target, done, length, offset + done)
    if (bytesRead === 0) throw truncated(file, offset, target.length)
    done += bytesRead
  }
}

function truncated(file: OpenFile, offset: number, length: number): CheckpointError {
  return new CheckpointError(
    'truncated',
    file.path,
    `expected ${length} bytes from byte ${offset} on, but the file ends at ${file.size}`,
  )
}
