import { makeFolder } from '@kinemetric/files'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { dataScript } from '../data-files/container.ts'
import type { DataContent, ProtocolData } from '../site-model/clip-values/protocol-content.ts'
import { protocolFiles } from '../site-model/clip-values/protocol-files.ts'
import { closeSets, type ProtocolMedia } from '../site-model/protocol-media.ts'
import { type MakeThumbnails, writeThumbnails } from './write-thumbnails.ts'
import { tracksContent } from '../site-model/tracks-content.ts'

const pack = promisify(gzip)

/** What a protocol's data files are made of. */
interface DataInput {
  data: ProtocolData
  media: ProtocolMedia
}

/** What is made of its media. */
interface MediaInput extends DataInput {
  problems: string[]
  thumbnails?: MakeThumbnails | undefined
  /** The protocol's folder in the site that is replaced. */
  earlier: string
}

/** Writes the tracks and the thumbnails of a protocol's clips into its folder, which pages and data files name. @throws the signal's reason */
export async function writeMediaFiles(
  folder: string,
  { data, media, problems, thumbnails, earlier }: MediaInput,
  signal: AbortSignal | undefined,
): Promise<void> {
  await writeTracks(folder, data, { media, problems }, signal)
  if (thumbnails !== undefined) await writeThumbnails(folder, data, { media, problems, thumbnails, earlier }, signal)
}

/** Writes the data files of a protocol into its folder, one after another, once its media files are written. Answers how many. @throws the signal's reason */
export async function writeDataFiles(
  folder: string,
  { data, media }: DataInput,
  signal: AbortSignal | undefined,
): Promise<number> {
  await makeFolder(join(folder, 'data'))
  const mediaOf = closeSets(media, data.head.clips)
  let files = 0
  for (const { name, head, bytes } of protocolFiles(data, { mediaOf, slugs: media.slugs })) {
    signal?.throwIfAborted()
    await writePacked(join(folder, 'data', `${name}.js`), { name, head, bytes })
    files++
  }
  return files
}

/** The tracks of every clip that has some, beside its videos. What was found is put down in the clip's set. */
async function writeTracks(
  folder: string,
  { head, clips }: ProtocolData,
  { media, problems }: { media: ProtocolMedia; problems: string[] },
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const [clip, files] of media.tracks) {
    const set = media.sets.get(clip)
    if (set === undefined) continue
    signal?.throwIfAborted()
    const id = clips.ids[clip]
    const slug = media.slugs.get(clip) ?? id
    const found = await tracksContent(id, slug, head.board, files, (reason) =>
      problems.push(`the tracks of clip '${id}' are left out (${reason})`),
    )
    if (found === null) continue
    await makeFolder(join(folder, 'media', slug))
    await writePacked(join(folder, 'media', slug, 'tracks.js'), found.content)
    set.tracks = found.sides
  }
}

async function writePacked(path: string, { name, head, bytes }: DataContent): Promise<void> {
  const packed = await pack(bytes, { level: 7 })
  await writeFile(path, dataScript(name, head, packed.toString('base64')))
}
