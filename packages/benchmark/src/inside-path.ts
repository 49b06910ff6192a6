import { realpath } from 'node:fs/promises'
import { join, relative, isAbsolute } from 'node:path'
import { BenchmarkError } from './failures/benchmark-error.ts'

/**
 * The absolute path of a manifest's relative path, after checking that no symbolic link leads out of the manifest's folder. A file that is not there
 * passes: its absence is the clip's failure, found when it is opened. Throws BenchmarkError `bad-manifest`.
 *
 * @param root the manifest's folder as realpath gives it
 */
export async function insidePath(root: string, path: string): Promise<string> {
  const joined = join(root, path)
  const real = await realpath(joined).catch(() => undefined)
  if (real !== undefined) {
    const fromRoot = relative(root, real)
    if (fromRoot.startsWith('..') || isAbsolute(fromRoot))
      throw new BenchmarkError('bad-manifest', joined, `expected a file inside ${root}, found a link to ${real}`)
  }
  return joined
}
