import { opendir, readdir } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { leadsToFolder, passedOne } from '@kinemetric/files'
import { hasEnding, imageEndings, otherImageEndings, videoEndings } from '@kinemetric/video'

/** A video file, a folder of frame images, a folder of samples (`s0/`, …), or a single image, in a folder of clips. */
export interface VideoEntry {
  /**
   * File name without its ending, or the folder's name, in Unicode's composed form (NFC): what pairs it with a reference. Systems write the same name
   * in different forms, and a copy from one to the other must not part two sides of a clip.
   */
  name: string
  path: string
  kind: 'video' | 'images' | 'samples' | 'still'
}

/** What a folder holds. */
export interface VideoList {
  /** In the order of their names. Two entries may have one name (`a.mp4` and `a.webm`): the caller decides. */
  entries: VideoEntries
  /** Names of the folders in it, as the system has them; links are none. */
  folders: string[]
  /** In words, what looks like clips and was passed over. */
  warnings: string[]
}

/**
 * The clips of a folder: videos and folders of frames; where there are none of them single images, each a clip of one frame. Hidden files and what holds
 * no pictures are passed over in silence; videos and frames further down are passed over with a warning. Throws the file system's error where the folder
 * cannot be read.
 * @param known names of clips: a folder of such a name is none that is passed over, whatever it holds
 * @param samples whether those of a clip are folders of frames alone (`a/s0/`), or videos too (`a/s0.mp4`)
 */
export async function listVideos(
  folder: string,
  known: Pick<ReadonlySet<string>, 'has'> = new Set(),
  samples: 'folders' | 'videos too' = 'folders',
): Promise<VideoList> {
  const found = await lookThrough(folder)
  const kinds = new Map<string, VideoEntry['kind']>()
  const nested: string[] = []
  for (const { name } of found.folders) {
    const path = join(folder, name)
    const kind = await folderKind(path, samples === 'videos too')
    if (kind !== undefined) kinds.set(name, kind)
    else if (!known.has(composed(name)) && (await holdsPictures(path))) nested.push(name)
  }
  const folders = found.folders.flatMap(({ name, isLink }) => (isLink ? [] : [name]))
  const warnings = [
    ...passedOver(
      nested,
      'subfolders',
      'clips are looked for in the folder itself, one video or one folder of frames each',
    ),
    ...passedOver(found.unread, 'pictures', 'their format is not read'),
  ]
  const { videos, stills } = found
  if (videos.length + kinds.size === 0) {
    if (stills.length > 0) warnings.push(`${stills.length} single images, each taken for a clip of one frame`)
    return { entries: new VideoEntries(folder, stills, 'still'), folders, warnings }
  }
  const entries = new VideoEntries(folder, [...videos, ...kinds.keys()].sort(), 'video', kinds)
  return {
    entries,
    folders,
    warnings: [
      ...warnings,
      ...passedOver(stills, 'single images', 'there are videos or folders of frames beside them'),
    ],
  }
}

/** Entries of a folder: their files' names are held, the rest is made as they are gone through. */
export class VideoEntries implements Iterable<VideoEntry> {
  readonly length: number
  readonly #folder: string
  readonly #files: readonly string[]
  readonly #kind: VideoEntry['kind']
  readonly #kinds: ReadonlyMap<string, VideoEntry['kind']>

  /** @param kind of those of which `kinds` says nothing */
  constructor(
    folder: string,
    files: readonly string[],
    kind: VideoEntry['kind'],
    kinds: ReadonlyMap<string, VideoEntry['kind']> = new Map(),
  ) {
    this.length = files.length
    this.#folder = folder
    this.#files = files
    this.#kind = kind
    this.#kinds = kinds
  }

  *[Symbol.iterator](): Generator<VideoEntry> {
    for (const file of this.#files) {
      const kind = this.#kinds.get(file)
      const path = join(this.#folder, file)
      if (kind === undefined) yield { name: stem(file), path, kind: this.#kind }
      else yield { name: composed(file), path, kind }
    }
  }
}

/** The visible names of a folder by what they look like, each in order. Throws the file system's error. */
async function lookThrough(folder: string) {
  const folders: { name: string; isLink: boolean }[] = []
  const [videos, stills, unread]: [string[], string[], string[]] = [[], [], []]
  // Of a hundred thousand entries no more than their names stay.
  for await (const entry of await opendir(folder, { bufferSize: 1024 })) {
    const { name } = entry
    passedOne()
    if (name.startsWith('.')) continue
    if (await leadsToFolder(folder, entry)) folders.push({ name, isLink: !entry.isDirectory() })
    else if (hasEnding(name, videoEndings)) videos.push(name)
    else if (hasEnding(name, imageEndings)) stills.push(name)
    else if (hasEnding(name, otherImageEndings)) unread.push(name)
  }
  folders.sort((a, b) => (a.name < b.name ? -1 : 1))
  return { folders, videos: videos.sort(), stills: stills.sort(), unread: unread.sort() }
}

/** A name in Unicode's composed form. */
function composed(name: string): string {
  return name.normalize('NFC')
}

function stem(name: string): string {
  return composed(name.slice(0, -extname(name).length))
}

function passedOver(names: readonly string[], what: string, why: string): string[] {
  if (names.length === 0) return []
  const shown = names.slice(0, 5).join(', ')
  return [`${names.length} ${what} passed over: ${shown}${names.length > 5 ? ', …' : ''} (${why})`]
}

async function folderKind(path: string, videosToo: boolean): Promise<VideoEntry['kind'] | undefined> {
  const inside = await readdir(path, { withFileTypes: true }).catch(() => [])
  if (inside.some((entry) => entry.isDirectory() && isSampleName(entry.name))) return 'samples'
  if (videosToo && inside.some((entry) => !entry.isDirectory() && isSampleVideo(entry.name))) return 'samples'
  if (inside.some(({ name }) => !name.startsWith('.') && isPicture(name))) return 'images'
  // An empty folder that carries a clip's name is that clip, without frames.
  return inside.length === 0 ? 'images' : undefined
}

/** `s0`, `s1`, … */
export function isSampleName(name: string): boolean {
  return /^s\d+$/.test(name)
}

/** `s0.mp4`, `s1.webm`, … */
export function isSampleVideo(file: string): boolean {
  return hasEnding(file, videoEndings) && isSampleName(stem(file))
}

/** Pictures that are not read count too: the clip then fails by name and says so. */
function isPicture(name: string): boolean {
  return hasEnding(name, imageEndings) || (hasEnding(name, otherImageEndings) && !hasEnding(name, videoEndings))
}

/** So deep, and at so many folders, is looked for clips that were put further down. */
const deepest = 3
const mostFolders = 200

/** Whether videos or pictures lie in a folder or in folders in it; links are not followed. */
async function holdsPictures(folder: string): Promise<boolean> {
  const queue = [{ path: folder, depth: 1 }]
  for (let looked = 0; looked < mostFolders; looked++) {
    const next = queue.shift()
    if (next === undefined) return false
    const inside = await readdir(next.path, { withFileTypes: true }).catch(() => [])
    if (inside.some(({ name }) => !name.startsWith('.') && (hasEnding(name, videoEndings) || isPicture(name))))
      return true
    if (next.depth === deepest) continue
    for (const entry of inside)
      if (entry.isDirectory() && !entry.name.startsWith('.'))
        queue.push({ path: join(next.path, entry.name), depth: next.depth + 1 })
  }
  return false
}
