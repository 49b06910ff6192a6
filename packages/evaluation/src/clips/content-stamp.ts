import { statSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { hashBytes, hashFileNow } from '@kinemetric/files'

/**
 * Changes when a clip's files change, and only then: sha256 of a video's bytes, or of the names and bytes of a folder's files. The same on every
 * machine, so that a journal can be carried. Throws the file system's error.
 */
export async function contentStamp(path: string): Promise<string> {
  const names = isFile(path) ? undefined : await readdir(path).catch(() => undefined)
  if (names === undefined) return hashFileNow(path)
  return hashBytes(
    names
      .sort()
      .map((name) => `${name} ${entryStamp(join(path, name))}`)
      .join('\n'),
  )
}

/** What is no regular file (a folder, a pipe) is no frame: that it is there is enough. */
function entryStamp(path: string): string {
  return isFile(path) ? hashFileNow(path) : 'no file'
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}
