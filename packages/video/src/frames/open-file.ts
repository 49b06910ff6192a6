import { isError, openRegularFile, type OpenFile, type KinemetricError } from '@kinemetric/files'
import { videoError } from './video-error.ts'

/**
 * Opens what has to be a regular file; nothing else is ever waited for. Every reading of this package begins here.
 * @throws KinemetricError `not-found`, or `not-readable` (also a pipe, a device, a folder).
 */
export async function openFile(path: string): Promise<OpenFile> {
  return openRegularFile(path).catch((error: unknown) => {
    if (!isError(error)) throw error
    const cause = error.cause instanceof Error ? error.cause : undefined
    if (error.code !== 'not-a-file') throw accessError(path, cause ?? error)
    const found = error.found === 'a folder' ? 'a folder' : 'a device, pipe or socket'
    throw videoError('not-readable', path, { expected: 'a file', found }, { cause: error })
  })
}

/**
 * A whole file in memory.
 * @throws KinemetricError as `openFile`, and `too-large` beyond `limit` bytes.
 */
export async function readWholeFile(path: string, limit: number): Promise<Buffer> {
  const { handle, size } = await openFile(path)
  try {
    if (size > limit)
      throw videoError('too-large', path, { expected: `a file of at most ${limit} bytes`, found: `${size} bytes` })
    return await handle.readFile()
  } catch (error) {
    throw isError(error) || !(error instanceof Error) ? error : accessError(path, error)
  } finally {
    await handle.close()
  }
}

/** The error of the file system as an error of ours that says what was expected. */
export function accessError(path: string, error: NodeJS.ErrnoException): KinemetricError {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'not-found') {
    const said = { expected: 'a video file or a folder of images', found: 'nothing' }
    return videoError('not-found', path, said, { cause: error })
  }
  const said = { expected: 'something readable', found: error.code ?? error.message }
  return videoError('not-readable', path, said, { cause: error })
}
