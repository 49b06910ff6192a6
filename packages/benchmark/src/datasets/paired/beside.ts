import { readdir } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { leadsToFolder, systemReason } from '@kinemetric/files'
import { hasEnding, imageEndings, videoEndings } from '@kinemetric/video'
import { benchmarkError } from '../../failures/benchmark-error.ts'
import { type FrameSource, videoSource } from '../frame-source.ts'

/** Files of a second folder that belong to clips by their names: `<clip>.png`, `<clip>.mkv`, `<clip>/`. */
export interface Beside {
  /** Paths of a name, without its ending and in Unicode's composed form. */
  of(name: string): readonly string[]
  /** Names that nobody asked for, in order. */
  unused(): string[]
}

/** Lists a folder by names. @throws KinemetricError `bad-dataset` where it cannot be read */
export async function listBeside(folder: string): Promise<Beside> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    throw benchmarkError(
      'bad-dataset',
      folder,
      { expected: 'a readable folder', found: systemReason(cause) },
      { cause },
    )
  })
  const paths = new Map<string, string[]>()
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.')) continue
    const isFolder = await leadsToFolder(folder, entry)
    if (!isFolder && !hasEnding(entry.name, imageEndings) && !hasEnding(entry.name, videoEndings)) continue
    const name = nameOf(entry.name, isFolder)
    paths.set(name, [...(paths.get(name) ?? []), join(folder, entry.name)])
  }
  const asked = new Set<string>()
  return {
    of: (name) => {
      asked.add(name)
      return paths.get(name) ?? []
    },
    unused: () => [...paths.keys()].filter((name) => !asked.has(name)),
  }
}

/** Without the ending of a file, in Unicode's composed form. */
export function nameOf(file: string, isFolder: boolean): string {
  return (isFolder ? file : file.slice(0, file.length - extname(file).length)).normalize('NFC')
}

/** The one source of a name; undefined where there is none, a sentence where there are several. */
export function oneOf(paths: readonly string[]): FrameSource | string | undefined {
  const [first, ...others] = paths
  if (first === undefined) return undefined
  return others.length === 0 ? videoSource(first) : severalOf(paths)
}

/** In words, that it cannot be told which is meant. */
export function severalOf(paths: readonly string[]): string {
  return `expected one file of that name, found ${paths.map((path) => basename(path)).join(' and ')}`
}

/** Whether a path is a single picture, and no video or folder of frames. */
export function isStill(path: string): boolean {
  return hasEnding(path, imageEndings)
}
