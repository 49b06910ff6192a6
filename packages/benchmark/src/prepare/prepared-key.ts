import { basename } from 'node:path'
import { hashBytes, hashFile, hashFolder, isError } from '@kinemetric/files'
import type { DatasetClip } from '../datasets/dataset-adapter.ts'
import type { FrameSource } from '../datasets/frame-source.ts'

/** Raised when the same input gives other files: 2 since primaries and transfer that a video is tagged with change no pixel. */
const PREPARED = 2

export interface PreparedKey {
  /** What a prepared clip depends on: when it is unchanged, the clip is not made again. */
  key: string
  /** sha256 of the video, where it is one file. */
  sourceSha256: string | undefined
}

/** sha256 (hex) over everything that decides a clip's prepared files. @throws KinemetricError, the file system's error where a source cannot be read */
export async function preparedKey(clip: DatasetClip, protocolSha256: string): Promise<PreparedKey> {
  const video = await digest(clip.video)
  const masks = (clip.objects ?? []).map(async ({ object, mask, offset }) => [
    object,
    (await digest(mask)).sha256,
    offset,
  ])
  const assets = Object.entries(clip.assets ?? {}).map(async ([name, path]) => [name, await hashFile(path)])
  const parts = [
    PREPARED,
    protocolSha256,
    clip.id,
    video.sha256,
    clip.control === undefined ? null : (await digest(clip.control)).sha256,
    await Promise.all(masks),
    await Promise.all(assets),
    clip.label ?? null,
    ...(clip.window === undefined && clip.crop === undefined ? [] : [clip.window ?? null, clip.crop ?? null]),
  ]
  return { key: hashBytes(JSON.stringify(parts)), sourceSha256: video.isFile ? video.sha256 : undefined }
}

async function digest({ files }: FrameSource): Promise<{ sha256: string; isFile: boolean }> {
  const parts: { sha256: string; isFile: boolean }[] = []
  for (const path of files)
    parts.push(
      await hashFile(path).then(
        (sha256) => ({ sha256, isFile: true }),
        async (error: unknown) => {
          if (!isError(error, 'input', 'not-a-file')) throw error
          return { sha256: await hashFolder(path), isFile: false }
        },
      ),
    )
  if (parts.length === 1) return parts[0]
  const lines = parts.map(({ sha256 }, index) => `${sha256}  ${basename(files[index])}\n`)
  return { sha256: hashBytes(lines.join('')), isFile: false }
}
