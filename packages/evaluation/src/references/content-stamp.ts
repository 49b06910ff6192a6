import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { hashBytes, hashFileNow, isError } from '@kinemetric/files'

/**
 * Changes when a clip's files change, and only then: sha256 of a video's bytes, or of the names and bytes of a folder's files. The same on every
 * machine, so that a journal can be carried. Throws the file system's error.
 */
export async function contentStamp(path: string): Promise<string> {
  const hash = hashIfFile(path)
  if (hash !== undefined) return hash
  const names = await readdir(path).catch(() => undefined)
  // What is neither says so itself.
  if (names === undefined) return hashFileNow(path)
  return hashBytes(
    names
      .sort()
      // What is no regular file (a folder, a pipe) is no frame: that it is there is enough.
      .map((name) => `${name} ${hashIfFile(join(path, name)) ?? 'no file'}`)
      .join('\n'),
  )
}

/** undefined for what is no regular file, and for a link to nothing */
function hashIfFile(path: string): string | undefined {
  try {
    return hashFileNow(path)
  } catch (error) {
    if (isError(error, 'input', 'not-a-file') || isError(error, 'input', 'not-found')) return undefined
    throw error
  }
}
