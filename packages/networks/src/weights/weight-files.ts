import { readdir, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isInside } from '../checkpoints/file-bytes.ts'

/** Deep enough for Hugging Face's cache (models--…/snapshots/<revision>/file). */
const maxDepth = 4
const maxFiles = 20_000

/**
 * Real paths of the regular files in a folder and the folders below it, by name, those called `first` before the
 * others. A link that leads out of the folder is left out, as is what begins with a dot (unfinished downloads).
 */
export async function weightFiles(folder: string, first: string): Promise<string[]> {
  const found: { path: string; name: string }[] = []
  const visit = async (directory: string, depth: number): Promise<void> => {
    const names: string[] = await readdir(directory).catch(() => [])
    for (const name of names.sort()) {
      if (name.startsWith('.') || found.length >= maxFiles) continue
      const path = join(directory, name)
      const status = await stat(path).catch(() => undefined)
      if (status?.isDirectory() === true && depth < maxDepth) await visit(path, depth + 1)
      if (status?.isFile() !== true) continue
      const real = await realpath(path).catch(() => undefined)
      if (real !== undefined && (await isInside(real, [folder]))) found.push({ path: real, name })
    }
  }
  await visit(folder, 0)
  found.sort((a, b) => Number(b.name === first) - Number(a.name === first))
  return [...new Set(found.map(({ path }) => path))]
}
