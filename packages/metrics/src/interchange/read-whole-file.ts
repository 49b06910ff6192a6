import { open } from 'node:fs/promises'
import { systemCode } from '@kinemetric/files'
import { interchangeError } from './interchange-error.ts'

// A single read of more than 2 GiB is cut short by the operating system.
const STEP = 2 ** 30

/** A file's bytes, at an address that is a multiple of 8, also beyond 2 GiB. @throws KinemetricError `not-found`, `not-readable` */
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
    const code = systemCode(error)
    if (code === 'ENOENT')
      throw interchangeError('not-found', path, { expected: 'a file', found: 'none' }, { cause: error })
    throw interchangeError(
      'not-readable',
      path,
      { expected: 'a readable file', found: String(code ?? error) },
      {
        cause: error,
      },
    )
  }
}
