import { readdir, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isInside } from '@kinemetric/files'

/** Deep enough for Hugging Face's cache (models--…/snapshots/<revision>/file). */
const maxDepth = 4
/** Files and folders looked at: a search path that names a whole home folder must not take for ever. */
const maxVisits = 20_000

/**
 * Real paths of the regular files in a folder and the folders below it, by name, those called `first` before the
 * others. A link that leads out of the folder is left out, as is what begins with a dot (unfinished downloads).
 */
export async function weightFiles(folder: string, first: string): Promise<string[]> {
  const root = await realpath(folder).catch(() => undefined)
  if (root === undefined) return []
  const seen = new Set<string>()
  const found: { path: string; name: string }[] = []
  const visit = async (directory: string, depth: number): Promise<void> => {
    const names: string[] = await readdir(directory).catch(() => [])
    for (const name of names.sort()) {
      if (name.startsWith('.') || seen.size >= maxVisits) continue
      const path = await realpath(join(directory, name)).catch(() => undefined)
      if (path === undefined || !(await isInside(path, [root]))) continue
      if (seen.has(path)) continue
      seen.add(path)
      const status = await stat(path).catch(() => undefined)
      if (status?.isFile() === true) found.push({ path, name })
      if (status?.isDirectory() === true && depth < maxDepth) await visit(path, depth + 1)
    }
  }
  await visit(root, 0)
  found.sort((a, b) => Number(b.name === first) - Number(a.name === first))
  return [...new Set(found.map(({ path }) => path))]
}
