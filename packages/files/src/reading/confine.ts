import { lstatSync, opendirSync } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path'
import { fileError } from '../errors/file-error.ts'

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
 * The absolute path of a relative one, after checking that neither `..` nor a symbolic link leads out of the folder. A file that is not there passes where
 * the folders towards it do: its absence is found when it is opened. @throws KinemetricError `outside`
 *
 * @param root the folder; it may be a link itself
 */
export async function confine(root: string, path: string): Promise<string> {
  const joined = join(root, path)
  const real = await realPlace(joined)
  if (!liesInside(await realPlace(root), real))
    throw fileError('outside', joined, {
      expected: `a file inside ${root}`,
      found: real === joined ? 'one outside of it' : `a link to ${real}`,
    })
  return joined
}

/**
 * `confine` for many paths below one folder, which looks at each folder on the way once: where no symbolic link is met, none leads out.
 * @returns what `confine` does @throws as `confine`
 */
export function confiner(root: string): (path: string) => Promise<string> {
  const plain = new Map<string, boolean>([[join(root), true]])
  const isPlain = (place: string): boolean => {
    const known = plain.get(place)
    if (known !== undefined) return known
    const parent = dirname(place)
    const found = parent !== place && isPlain(parent) && !isLink(place)
    plain.set(place, found)
    return found
  }
  const mayBeLink = linksByFolder()
  const start = join(root, 'a').slice(0, -1)
  return async (path) => {
    const joined = isSimple(path) ? `${start}${path}` : join(root, path)
    if (isSimple(path) || (joined !== join(root) && liesInside(root, joined))) {
      const folder = dirname(joined)
      if (isPlain(folder) && !(mayBeLink(folder, basename(joined)) && isLink(joined))) return joined
    }
    return confine(root, path)
  }
}

/** A path of plain names alone, which joined to a folder stays in it; on systems whose paths are written as it is. */
function isSimple(path: string): boolean {
  return sep === '/' && /^(?:[\w-][\w.-]*\/)*[\w-][\w.-]*$/.test(path)
}

/** So many files of one folder are looked at one by one before all are looked at together. */
const ONE_BY_ONE = 64

/** Whether a file of a folder may be a link. Where many of one folder are asked for, the folder is gone through once: that is a tenth of the time. */
function linksByFolder(): (folder: string, name: string) => boolean {
  const known = new Map<string, { asked: number; links?: Set<string> | undefined }>()
  return (folder, name) => {
    const own = known.get(folder) ?? { asked: 0 }
    known.set(folder, own)
    own.asked++
    if (own.asked === ONE_BY_ONE) own.links = linksOf(folder)
    return own.links === undefined || own.links.has(name)
  }
}

/** The names in a folder that are links, or of which the file system does not say; undefined for what cannot be gone through. */
function linksOf(path: string): Set<string> | undefined {
  try {
    const links = new Set<string>()
    const folder = opendirSync(path, { bufferSize: 1024 })
    try {
      for (let entry = folder.readSync(); entry !== null; entry = folder.readSync())
        if (!entry.isFile() && !entry.isDirectory()) links.add(entry.name)
    } finally {
      folder.closeSync()
    }
    return links
  } catch {
    return undefined
  }
}

/** What is not there is none; what cannot be looked at may be one. */
function isLink(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false
  } catch {
    return true
  }
}

/** The real path of a file, or where it would be made: links in the part of its path that is there are resolved. */
async function realPlace(path: string): Promise<string> {
  const real = await realpath(path).catch(() => undefined)
  const parent = dirname(path)
  if (real !== undefined || parent === path) return real ?? path
  return join(await realPlace(parent), basename(path))
}
