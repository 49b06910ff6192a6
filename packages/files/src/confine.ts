import { realpath } from 'node:fs/promises'
import { isAbsolute, join, relative, sep } from 'node:path'
import { fileError } from './file-error.ts'

/** Whether a path, as written, lies inside a folder (or is it). Both absolute, links resolved by the caller. */
export function liesInside(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
}

/** Whether a real path lies inside one of the folders, whose own links are resolved; folders that are not there hold nothing. */
export async function isInside(real: string, folders: readonly string[]): Promise<boolean> {
  for (const folder of folders) {
    const resolved = await realpath(folder).catch(() => undefined)
    if (resolved !== undefined && liesInside(resolved, real)) return true
  }
  return false
}

/**
 * The absolute path of a relative one, after checking that no symbolic link leads out of the folder. A file that is not there passes: its absence is
 * found when it is opened. @throws KinemetricError `outside`
 *
 * @param root the folder, as realpath gives it
 */
export async function confine(root: string, path: string): Promise<string> {
  const joined = join(root, path)
  const real = (await realpath(joined).catch(() => undefined)) ?? joined
  if (!liesInside(root, real))
    throw fileError('outside', joined, {
      expected: `a file inside ${root}`,
      found: real === joined ? 'one outside of it' : `a link to ${real}`,
    })
  return joined
}
