import { realpath, stat } from 'node:fs/promises'
import { extname, isAbsolute, join, relative, sep } from 'node:path'

/**
 * The real path of a file that a record names, provided that it is a regular file below `folder` (symbolic links followed) with one of the
 * extensions. Records are untrusted: `..`, absolute paths, links that lead out and other kinds of files are refused.
 *
 * @throws Error saying what was expected and found
 */
export async function confinedFile(folder: string, path: string, extensions: readonly string[]): Promise<string> {
  if (
    isAbsolute(path) ||
    /^[A-Za-z][A-Za-z0-9+.-]*:/.test(path) ||
    path.split(/[\\/]/).includes('..') ||
    path.includes('\0')
  ) {
    throw new Error(`expected a path below the record's folder; found '${path}'`)
  }
  if (!extensions.includes(extname(path).toLowerCase())) {
    throw new Error(`expected a file ending in ${extensions.join(', ')}; found '${path}'`)
  }
  const root = await realpath(folder)
  const real = await realpath(join(root, path)).catch(() => null)
  if (real === null) throw new Error(`expected the file '${path}'; found nothing`)
  const below = relative(root, real)
  if (below.startsWith(`..${sep}`) || below === '..' || isAbsolute(below)) {
    throw new Error(`expected '${path}' to stay below the record's folder; it leads out of it`)
  }
  if (!(await stat(real)).isFile()) throw new Error(`expected '${path}' to be a regular file`)
  return real
}
