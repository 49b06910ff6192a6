import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { hashBytes, hashFile } from '@kinemetric/files'

/**
 * Changes when a clip's files change, and only then: sha256 of a video's bytes, or of the names and bytes of a folder's files. The same on every
 * machine, so that a journal can be carried. Throws the file system's error.
 */
export async function contentStamp(path: string): Promise<string> {
  const info = await stat(path)
  if (!info.isDirectory()) return hashFile(path)
  const lines: string[] = []
  for (const name of (await readdir(path)).sort()) lines.push(`${name} ${await entryStamp(join(path, name))}`)
  return hashBytes(lines.join('\n'))
}

/** What is no regular file (a folder, a pipe) is no frame: that it is there is enough. */
async function entryStamp(path: string): Promise<string> {
  const info = await stat(path).catch(() => undefined)
  return info?.isFile() === true ? hashFile(path) : 'no file'
}
