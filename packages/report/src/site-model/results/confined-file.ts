import { realpath, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { isInside } from '@kinemetric/files'
import { reportError } from '../../board/report-error.ts'

/**
 * The real path of a file that a record names, provided that it is a regular file below `folder` (symbolic links followed) with one of the
 * extensions. Records are untrusted: `..`, absolute paths, links that lead out and other kinds of files are refused.
 *
 * @throws KinemetricError `bad-media`; it names the file as the record does, since pages show it
 */
export async function confinedFile(folder: string, path: string, extensions: readonly string[]): Promise<string> {
  if (!extensions.includes(extname(path).toLowerCase()))
    throw refusal(path, `a file ending in ${extensions.join(', ')}`, 'another one')
  // An absolute path and an address become a path below the folder, where nothing of that name lies.
  const real = await realpath(join(folder, path)).catch(() => undefined)
  if (real === undefined) throw refusal(path, "a file below the record's folder", 'nothing')
  if (!(await isInside(real, [folder])))
    throw refusal(path, "a file below the record's folder", 'one that leads out of it')
  if (!(await stat(real)).isFile()) throw refusal(path, 'a regular file', 'something else')
  return real
}

function refusal(path: string, expected: string, found: string) {
  return reportError('bad-media', path, { expected, found })
}
