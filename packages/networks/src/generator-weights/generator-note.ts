import { stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { canonicalJson, hashFile, readRawJson, writeWhole } from '@kinemetric/files'
import { weightSearchPath } from '../weights/weight-folders.ts'
import { generatorCatalogue } from './generator-catalogue.ts'
import type { GeneratorEntry } from './generator-entry.ts'

/** What came of a file. */
export interface NotedFile {
  readonly bytes: number
  readonly sha256: string
}

/** Beside a generator's weights: what was put there. */
export interface GeneratorNote {
  readonly id: string
  /** 'pulled' from the official address; 'imported' by hand: nothing vouches for the content */
  readonly how: 'pulled' | 'imported'
  /** The address that was named in the official one's place: what came of it is known no better than what came by hand. */
  readonly url?: string | undefined
  /** By path in the folder. */
  readonly files: Readonly<Record<string, NotedFile>>
}

export interface LocatedGenerator {
  readonly entry: GeneratorEntry
  readonly folder: string
  readonly note: GeneratorNote
}

/** Whether weights came from their official address. Of others nothing is known but what they call themselves. */
export function isOfficial({ how, url }: Pick<GeneratorNote, 'how' | 'url'>): boolean {
  return how === 'pulled' && url === undefined
}

/** Bytes of all files of a note. */
export function notedBytes({ files }: Pick<GeneratorNote, 'files'>): number {
  return Object.values(files).reduce((sum, { bytes }) => sum + bytes, 0)
}

const noteName = 'kinemetric-weights.json'

/** The note of a generator's folder, or undefined. */
export async function readNote(folder: string): Promise<GeneratorNote | undefined> {
  const value = await readRawJson(join(folder, noteName)).catch(() => undefined)
  return isNote(value) ? value : undefined
}

/** @throws KinemetricError `disk-full`, `write-failed` */
export async function writeNote(folder: string, note: GeneratorNote): Promise<void> {
  await writeWhole(join(folder, noteName), canonicalJson(note))
}

/** Where a generator's weights lie whole: the first folder of the search path that has all that its note names, and all that is needed. */
export async function locateGenerator(
  entry: GeneratorEntry,
  searchPath: readonly string[] = weightSearchPath(),
): Promise<LocatedGenerator | undefined> {
  for (const root of searchPath) {
    const folder = join(root, entry.id)
    const note = await readNote(folder)
    if (note?.id !== entry.id || !holdsAll(entry, note)) continue
    const sizes = await Promise.all(
      Object.keys(note.files).map((path) => stat(join(folder, path)).catch(() => undefined)),
    )
    if (Object.values(note.files).every(({ bytes }, index) => sizes[index]?.size === bytes))
      return { entry, folder, note }
  }
  return undefined
}

/** An import may have other names of files (parts), which were opened when they came. */
function holdsAll({ files }: GeneratorEntry, { how, files: there }: GeneratorNote): boolean {
  const needed = files.filter(({ optional }) => optional !== true)
  return how === 'imported' || needed.every(({ path, others = [] }) => [path, ...others].some((name) => name in there))
}

/** The entry that a file was pulled for from its official address, where the file's folder notes that content; undefined for any other file. */
export async function pulledFrom(path: string, sha256: string): Promise<GeneratorEntry | undefined> {
  const pulled = await pulledFile(path)
  return pulled?.noted.sha256 === sha256 ? pulled.entry : undefined
}

/** What the folder of a file notes of it, where it came from its official address: the file itself may have changed since. */
export async function pulledFile(path: string): Promise<{ entry: GeneratorEntry; noted: NotedFile } | undefined> {
  for (const folder of [dirname(path), dirname(dirname(path))]) {
    const note = await readNote(folder)
    if (note === undefined || !isOfficial(note) || basename(folder) !== note.id) continue
    const noted = note.files[path.slice(folder.length + 1).replaceAll('\\', '/')]
    const entry = generatorCatalogue.find(({ id }) => id === note.id)
    if (noted !== undefined && entry !== undefined) return { entry, noted }
  }
  return undefined
}

export interface VerifiedGenerator {
  readonly entry: GeneratorEntry
  readonly status: 'good' | 'damaged' | 'absent'
  readonly folder: string | undefined
  /** Paths of files that are missing or have another content than when they came. */
  readonly damaged: readonly string[]
  /** Whether they came from their official address: else 'good' means no more than unchanged. */
  readonly official: boolean
  /** Of all files, as they came. */
  readonly bytes: number
}

/** Reads every file of generators' weights again and holds it against what came. */
export async function verifyGenerators(
  searchPath: readonly string[] = weightSearchPath(),
): Promise<VerifiedGenerator[]> {
  const results: VerifiedGenerator[] = []
  for (const entry of generatorCatalogue) {
    const found: VerifiedGenerator[] = []
    for (const root of searchPath) {
      const folder = join(root, entry.id)
      const note = await readNote(folder)
      if (note?.id !== entry.id) continue
      const damaged: string[] = []
      for (const [path, { sha256 }] of Object.entries(note.files))
        if ((await hashFile(join(folder, path)).catch(() => undefined)) !== sha256) damaged.push(path)
      const status = damaged.length > 0 ? 'damaged' : 'good'
      found.push({ entry, status, folder, damaged, official: isOfficial(note), bytes: notedBytes(note) })
    }
    const absent = { entry, status: 'absent', folder: undefined, damaged: [], official: false, bytes: 0 } as const
    results.push(...(found.length > 0 ? found : [absent]))
  }
  return results
}

function isNote(value: unknown): value is GeneratorNote {
  if (typeof value !== 'object' || value === null || !('id' in value) || !('how' in value) || !('files' in value))
    return false
  const { id, how, files } = value
  if (typeof id !== 'string' || (how !== 'pulled' && how !== 'imported')) return false
  if ('url' in value && typeof value.url !== 'string') return false
  if (typeof files !== 'object' || files === null) return false
  return Object.entries(files).every(
    ([path, file]) => isNoted(file) && !path.split('/').includes('..') && !path.startsWith('/'),
  )
}

function isNoted(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('bytes' in value) || !('sha256' in value)) return false
  return typeof value.bytes === 'number' && typeof value.sha256 === 'string'
}
