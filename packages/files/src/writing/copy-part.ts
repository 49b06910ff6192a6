import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { writeError } from '../errors/file-error.ts'
import { openRegularFile } from '../reading/open-regular-file.ts'
import { writeBytes } from './whole-file.ts'
import { makeFolder } from './make-folder.ts'

const CHUNK = 1 << 20

/**
 * Copies a regular file into a folder that is itself in the making (`writeWholeFolder`), with the folders on the way; it keeps its time.
 * @param roots folders in one of which the file must really lie
 * @returns how long it is and its sha256 (hex), of the very bytes that were written
 * @throws KinemetricError as `openRegularFile`; `exists`, `disk-full`, `write-failed`
 */
export async function copyPart(
  from: string,
  to: string,
  roots?: readonly string[],
): Promise<{ bytes: number; sha256: string }> {
  const source = await openRegularFile(from, roots)
  try {
    await makeFolder(dirname(to))
    const target = await open(to, 'wx')
    try {
      const hash = createHash('sha256')
      const chunk = Buffer.allocUnsafe(CHUNK)
      let bytes = 0
      for (;;) {
        const { bytesRead } = await source.handle.read(chunk, 0, CHUNK, bytes)
        if (bytesRead === 0) {
          // Who knows media by size and time knows the copy.
          const { atime, mtime } = await source.handle.stat()
          await target.utimes(atime, mtime)
          return { bytes, sha256: hash.digest('hex') }
        }
        const part = chunk.subarray(0, bytesRead)
        hash.update(part)
        await writeBytes(target, part)
        bytes += bytesRead
      }
    } finally {
      await target.close()
    }
  } catch (cause) {
    throw writeError(to, cause)
  } finally {
    await source.handle.close()
  }
}
