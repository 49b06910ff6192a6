import { constants } from 'node:fs'
import { copyFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hashBytes, hashFile, isError, readRawJson, makeFolder } from '@kinemetric/files'
import type { ProtocolData } from '../site-model/clip-values/protocol-content.ts'
import type { ProtocolMedia } from '../site-model/protocol-media.ts'

/** One frame of several videos, side by side in one WebP file; of a shorter video its last. Reports know no decoder: whoever builds a site may bring one. */
export type MakeThumbnails = (
  paths: readonly string[],
  options: { frame: number; size: readonly [width: number, height: number] },
) => Promise<Uint8Array>

interface ThumbnailInput {
  media: ProtocolMedia
  problems: string[]
  thumbnails: MakeThumbnails
  /** The protocol's folder in the site that is replaced. */
  earlier: string
}

/** Beside the media: what each strip was made of, so that the next build takes it over. */
const notesName = 'thumbs.json'
/** Changes when strips are made otherwise. */
const version = 1

/**
 * A strip a clip with all its sides, of the last frame, where methods differ most. One that the earlier site has of these very videos (by sha256) is copied. What is
 * in it is put down in the clip's set.
 */
export async function writeThumbnails(
  folder: string,
  { head, clips }: ProtocolData,
  { media, problems, thumbnails, earlier }: ThumbnailInput,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (media.sets.size === 0) return
  const frame = (head.frames === 'all' ? clips.frames : head.frames) - 1
  const known = await earlierNotes(earlier)
  const notes: Record<string, string> = {}
  for (const [clip, set] of media.sets) {
    if (!media.own.has(clip)) continue
    signal?.throwIfAborted()
    const slug = media.slugs.get(clip) ?? clips.ids[clip]
    const videos = [...media.videos.get(clip)!].sort(([a], [b]) => a - b)
    const key = await keyOf(videos, [version, frame, ...head.media.thumb])
    const to = join(folder, 'media', slug, 'thumb.webp')
    await makeFolder(join(folder, 'media', slug))
    try {
      const from = join(earlier, 'media', slug, 'thumb.webp')
      if (known[slug] !== key || !(await copied(from, to)))
        await writeFile(
          to,
          await thumbnails(
            videos.map(([, path]) => path),
            { frame, size: head.media.thumb },
          ),
        )
      notes[slug] = key
      set.thumb = videos.map(([side]) => side)
    } catch (error) {
      if (!isError(error)) throw error
      problems.push(`clip '${clips.ids[clip]}' has no thumbnails (${error.sentence})`)
    }
  }
  await writeFile(join(folder, 'media', notesName), JSON.stringify(notes))
}

async function keyOf(videos: readonly (readonly [number, string])[], how: readonly number[]): Promise<string> {
  const parts: string[] = []
  for (const [side, path] of videos) parts.push(`${side} ${await hashFile(path)}`)
  return hashBytes([how.join(' '), ...parts].join('\n')).slice(0, 32)
}

async function earlierNotes(earlier: string): Promise<Record<string, unknown>> {
  try {
    const notes: unknown = await readRawJson(join(earlier, 'media', notesName))
    return typeof notes === 'object' && notes !== null ? { ...notes } : {}
  } catch (error) {
    if (!isError(error)) throw error
    return {}
  }
}

/** Whether the file was there to be copied. */
async function copied(from: string, to: string): Promise<boolean> {
  return copyFile(from, to, constants.COPYFILE_FICLONE).then(
    () => true,
    () => false,
  )
}
