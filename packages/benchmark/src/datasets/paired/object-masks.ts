import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { videoEndings, hasEnding } from '@kinemetric/video'
import type { DatasetClip } from '../dataset-adapter.ts'
import { videoSource } from '../frame-source.ts'
import { isStill, nameOf, severalOf } from './beside.ts'

/** One file is one object; a folder has one entry an object. A picture is of the clip's first frame, a video or folder of frames of every one of the video. */
export async function objectsOf(paths: readonly string[]): Promise<NonNullable<DatasetClip['objects']> | string> {
  const [path, ...others] = paths
  if (path === undefined) return []
  if (others.length > 0) return `its object masks: ${severalOf(paths)}`
  const isFile = isStill(path) || hasEnding(path, videoEndings)
  const entries = isFile ? [['object', path] as const] : await entriesIn(path)
  return entries.map(([object, mask]) => ({
    object,
    mask: videoSource(mask),
    offset: isStill(mask) ? ('window' as const) : 0,
    source: 'folder',
    ...(isStill(mask) ? {} : { everyFrame: true }),
  }))
}

async function entriesIn(folder: string): Promise<(readonly [string, string])[]> {
  const inside = await readdir(folder, { withFileTypes: true })
  return inside
    .filter(({ name }) => !name.startsWith('.'))
    .map((entry) => [nameOf(entry.name, entry.isDirectory()), join(folder, entry.name)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
}
