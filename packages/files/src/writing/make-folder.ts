import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { systemCode } from '../errors/system-code.ts'

/**
 * Makes a folder with those above it; one that is there stays. Node's own `recursive` asks for ever where a folder is there and yet takes none, as `/proc` does
 * and homes of some containers do.
 * @throws what the file system says, with its code: ENOENT where a folder that is there takes none, EEXIST where a file stands in the way
 */
export async function makeFolder(path: string): Promise<void> {
  const failed = await tried(path)
  if (failed === undefined) return
  const above = dirname(path)
  if (systemCode(failed) !== 'ENOENT' || above === path) throw failed
  await makeFolder(above)
  const again = await tried(path)
  if (again !== undefined) throw again
}

/** What is in the way; undefined where the folder is there now, whoever made it. */
async function tried(path: string): Promise<unknown> {
  try {
    await mkdir(path)
    return undefined
  } catch (error) {
    // A drive, or a folder of a file system that cannot be written, is refused for other reasons than that it is there.
    const isThere = await stat(path).then(
      (found) => found.isDirectory(),
      () => false,
    )
    return isThere ? undefined : error
  }
}
