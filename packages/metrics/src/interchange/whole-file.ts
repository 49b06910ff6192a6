import { randomUUID } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { InterchangeError } from './interchange-error.ts'

// A single read of more than 2 GiB is cut short by the operating system.
const STEP = 2 ** 30

/** A file's bytes, at an address that is a multiple of 8, also beyond 2 GiB. @throws InterchangeError `not-found`, `not-readable` */
export async function readWholeFile(path: string): Promise<Uint8Array> {
  try {
    await using file = await open(path, 'r')
    const { size } = await file.stat()
    const bytes = new Uint8Array(size)
    let at = 0
    while (at < size) {
      const { bytesRead } = await file.read(bytes, at, Math.min(STEP, size - at), at)
      if (bytesRead === 0) break
      at += bytesRead
    }
    return bytes.subarray(0, at)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT')
      throw new InterchangeError('not-found', path, 'expected a file; found none', { cause: error })
    throw new InterchangeError('not-readable', path, `expected a readable file; ${String(code ?? error)}`, {
      cause: error,
    })
  }
}

/** Writes a file so that it is there whole or not at all. @throws InterchangeError `write-failed` */
export async function writeWholeFile(path: string, parts: readonly Uint8Array[]): Promise<void> {
  const part = `${path}.${randomUUID().slice(0, 8)}.part`
  try {
    await mkdir(dirname(path), { recursive: true })
    {
      await using file = await open(part, 'wx')
      for (const bytes of parts) {
        for (let at = 0; at < bytes.length; at += STEP) await file.write(bytes, at, Math.min(STEP, bytes.length - at))
      }
    }
    await rename(part, path)
  } catch (error) {
    await rm(part, { force: true }).catch(() => {})
    const code = (error as NodeJS.ErrnoException).code
    throw new InterchangeError('write-failed', path, `could not be written; ${String(code ?? error)}`, { cause: error })
  }
}
