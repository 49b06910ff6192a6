import { isError, type KinemetricError, openRegularFile, type OpenFile, readRegularFile } from '@kinemetric/files'
import { videoError } from './video-error.ts'

/**
 * Opens what has to be a regular file; nothing else is ever waited for. Every reading of this package begins here or with `readWholeFile`.
 * @throws KinemetricError `not-found`, or `not-readable` (also a pipe, a device, a folder).
 */
export async function openFile(path: string): Promise<OpenFile> {
  return openRegularFile(path).catch((error: unknown) => {
    throw ownError(path, error)
  })
}

/**
 * A whole regular file in memory.
 * @throws KinemetricError as `openFile`, and `too-large` beyond `maxBytes`.
 */
export async function readWholeFile(path: string, maxBytes: number): Promise<Buffer> {
  const bytes = await readRegularFile(path, { maxBytes }).catch((error: unknown) => {
    throw ownError(path, error)
  })
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** What is wrong with a file is wrong with one clip. */
function ownError(path: string, error: unknown): unknown {
  if (!isError(error)) return error
  const { code, expected, found, cause } = error
  if (code === 'too-large')
    return videoError('too-large', path, { expected, found: `${found} bytes` }, { cause: error })
  if (code === 'not-a-file') return videoError('not-readable', path, { expected: 'a file', found }, { cause: error })
  return accessError(path, cause instanceof Error ? cause : error)
}

/** The error of the file system as an error of ours that says what was expected. */
export function accessError(path: string, error: NodeJS.ErrnoException): KinemetricError {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') {
    const said = { expected: 'a video file or a folder of images', found: 'nothing' }
    return videoError('not-found', path, said, { cause: error })
  }
  const said = { expected: 'something readable', found: error.code ?? error.message }
  return videoError('not-readable', path, said, { cause: error })
}
