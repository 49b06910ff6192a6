import { readdir } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { fileError } from '../errors/file-error.ts'
import { systemReason } from '../errors/system-reason.ts'

/** Something below a folder that is no folder itself. */
export interface EntryBelow {
  /** From the folder, with forward slashes. */
  path: string
  /** `link`: symbolic, and not followed; `other`: a device, pipe or socket. */
  kind: 'file' | 'link' | 'other'
}

/**
 * Everything below a folder but folders themselves, in the order of their paths by code units. Links are told and not followed, so that nothing outside is looked at.
 * @throws KinemetricError `not-found` where the folder cannot be read
 */
export async function filesBelow(folder: string): Promise<EntryBelow[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((cause: unknown) => {
    throw fileError('not-found', folder, { expected: 'a folder', found: systemReason(cause) }, { cause })
  })
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry): EntryBelow => {
      const path = relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/')
      return { path, kind: entry.isFile() ? 'file' : entry.isSymbolicLink() ? 'link' : 'other' }
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1))
}
