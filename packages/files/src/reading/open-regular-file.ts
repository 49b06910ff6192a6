import { closeSync, constants, fstatSync, openSync, type Stats } from 'node:fs'
import { type FileHandle, open, realpath } from 'node:fs/promises'
import { isInside } from './confine.ts'
import { fileError } from '../errors/file-error.ts'
import { systemCode } from '../errors/system-code.ts'

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
 * @throws KinemetricError `not-found`, `not-a-file`, `not-readable` or `outside`
 */
export async function openRegularFile(path: string, roots?: readonly string[]): Promise<OpenFile> {
  const real = await realpath(path).catch((cause: unknown) => {
    throw openError(path, cause)
  })
  if (roots !== undefined && !(await isInside(real, roots))) {
    const found = real === path ? 'one outside of them' : `one that leads to ${real}`
    throw fileError('outside', path, { expected: `a file in the declared folders ${roots.join(', ')}`, found })
  }
  // Non-blocking, so that opening a named pipe cannot wait for ever for its writer.
  const handle = await open(real, withoutWaiting).catch((cause: unknown) => {
    throw openError(path, cause)
  })
  try {
    const status = await handle.stat()
    requireRegular(path, status)
    return { handle, path: real, size: status.size }
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** The same without giving way to anything else meanwhile; whoever opens it closes its descriptor. @throws KinemetricError `not-found`, `not-a-file`, `not-readable` */
export function openRegularFileNow(path: string): { readonly descriptor: number; readonly size: number } {
  let descriptor: number
  try {
    descriptor = openSync(path, withoutWaiting)
  } catch (cause) {
    throw openError(path, cause)
  }
  try {
    const status = fstatSync(descriptor)
    requireRegular(path, status)
    return { descriptor, size: status.size }
  } catch (error) {
    closeSync(descriptor)
    throw error
  }
}

const withoutWaiting = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

function requireRegular(path: string, status: Stats): void {
  if (status.isFile()) return
  throw fileError('not-a-file', path, {
    expected: 'a regular file',
    found: status.isDirectory() ? 'a folder' : 'a device, pipe or socket',
  })
}

function openError(path: string, cause: unknown): unknown {
  const absent = ['ENOENT', 'ENOTDIR'].includes(systemCode(cause) ?? '')
  if (absent) return fileError('not-found', path, { expected: 'a file', found: 'no such file' }, { cause })
  return fileError('not-readable', path, { expected: 'a readable file', found: reasonOf(cause) }, { cause })
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
