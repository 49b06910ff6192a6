import { readdir } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { leadsToFolder } from '@kinemetric/files'
import { hasEnding, imageEndings, otherImageEndings, videoEndings } from '@kinemetric/video'

/** Frames, and pictures that are not read: a folder of these is a clip that fails by name. */
const pictures = [...imageEndings, ...otherImageEndings]

/** A video file, a folder of frame images, or a folder of samples (`s0/`, …) in a folder of videos. */
export interface VideoEntry {
  /** File name without its ending, or the folder's name: what pairs it with a reference. */
  name: string
  path: string
  kind: 'video' | 'images' | 'samples'
}

/**
 * The videos of a folder in the order of their names; hidden files, other files and other folders are passed over. Two entries may have one name
 * (`a.mp4` and `a.webm`): the caller decides. Throws the file system's error where the folder cannot be read.
 */
export async function listVideos(folder: string): Promise<VideoEntry[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const found: VideoEntry[] = []
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.')) continue
    const path = join(folder, entry.name)
    const extension = extname(entry.name)
    if (hasEnding(entry.name, videoEndings))
      found.push({ name: entry.name.slice(0, -extension.length), path, kind: 'video' })
    else if (await leadsToFolder(folder, entry)) {
      const kind = await folderKind(path)
      if (kind !== undefined) found.push({ name: entry.name, path, kind })
    }
  }
  return found
}

async function folderKind(path: string): Promise<VideoEntry['kind'] | undefined> {
  const inside = await readdir(path, { withFileTypes: true }).catch(() => [])
  if (inside.some((entry) => entry.isDirectory() && /^s\d+$/.test(entry.name))) return 'samples'
  if (inside.some((entry) => hasEnding(entry.name, pictures))) return 'images'
  // An empty folder that carries a clip's name is that clip, without frames.
  return inside.length === 0 ? 'images' : undefined
}
