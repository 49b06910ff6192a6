import type { Dirent } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Whether an entry is a folder or a link to one: datasets are often put together of links. */
export async function leadsToFolder(parent: string, entry: Dirent): Promise<boolean> {
  if (entry.isDirectory()) return true
  if (!entry.isSymbolicLink()) return false
  return stat(join(parent, entry.name)).then(
    (info) => info.isDirectory(),
    () => false,
  )
}
