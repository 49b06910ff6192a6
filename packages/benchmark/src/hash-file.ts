import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'

/** Hex sha256 of a file's bytes. Throws the file system's error. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

/** Hex sha256 over the lines "<file sha256>  <file name>" of a folder's files in the order of their names. Throws the file system's error. */
export async function hashFolder(folder: string): Promise<string> {
  const hash = createHash('sha256')
  for (const name of (await readdir(folder)).sort()) hash.update(`${await hashFile(join(folder, name))}  ${name}\n`)
  return hash.digest('hex')
}
