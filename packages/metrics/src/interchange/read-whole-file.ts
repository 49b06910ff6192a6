import { isError, readRegularFile, systemReason } from '@kinemetric/files'
import { interchangeError } from './interchange-error.ts'

/** The bytes of a regular file, of any length, at an address that is a multiple of 8. @throws KinemetricError `not-found`, `not-readable` */
export async function readWholeFile(path: string): Promise<Uint8Array> {
  try {
    return await readRegularFile(path, { maxBytes: Infinity })
  } catch (cause) {
    const code = isError(cause, 'input', 'not-found') ? 'not-found' : 'not-readable'
    throw interchangeError(code, path, systemReason(cause), { cause })
  }
}
