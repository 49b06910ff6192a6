import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { ManifestClip } from '@kinemetric/benchmark'
import { sampleFolder } from '@kinemetric/records'

/** Files by their paths below a folder, each with what changes when it is written. */
export type Snapshot = ReadonlyMap<string, string>

/** More than that is not looked at: an environment that lies beside method.json. */
const mostFiles = 20_000

/** What lies in a folder. What Python keeps of the sources that it has read (`__pycache__`) is left alone. @param without a folder in it that is passed over */
export async function snapshotOf(folder: string, without?: string): Promise<Snapshot> {
  const found = new Map<string, string>()
  const queue = [folder]
  for (let next = queue.pop(); next !== undefined && found.size < mostFiles; next = queue.pop())
    for (const entry of await readdir(next, { withFileTypes: true })) {
      const path = join(next, entry.name)
      if (path === without || entry.name === '__pycache__') continue
      if (entry.isDirectory()) {
        queue.push(path)
        continue
      }
      const { size, mtimeMs } = await stat(path).catch(() => ({ size: 0, mtimeMs: 0 }))
      found.set(path, `${size} ${mtimeMs}`)
    }
  return found
}

/** Paths that are new, gone or written. */
export function changesOf(before: Snapshot, after: Snapshot): string[] {
  const paths = new Set([...before.keys(), ...after.keys()])
  return [...paths].filter((path) => before.get(path) !== after.get(path)).sort()
}

/** What of a run's folder has no place in the contract: paths below it. */
export async function straysIn(out: string, clips: readonly ManifestClip[], samples: number): Promise<string[]> {
  const known = new Set(['run.json', 'run.log'])
  const strays = (await readdir(out, { withFileTypes: true }))
    .filter(({ name }) => !name.startsWith('.') && !known.has(name) && !clips.some(({ id }) => id === name))
    .map(({ name }) => name)
  for (const { id } of clips)
    for (let k = 0; k < samples; k++)
      for (const name of await readdir(sampleFolder(out, id, k)).catch(() => []))
        if (name !== 'item.json' && !/^frame_\d{4,}\.png$/.test(name)) strays.push(`${id}/s${k}/${name}`)
  return strays
}
