import { basename } from 'node:path'
import { hashBytes, hashFile, hashFolder, isError } from '@kinemetric/files'
import type { DatasetClip } from '../datasets/dataset-adapter.ts'
import type { FrameSource } from '../datasets/frame-source.ts'

/** Raised when the same input gives other files or another key: 3 since a clip has texts, an image and kinds of control. */
const PREPARED = 3

export interface PreparedKey {
  /** What a prepared clip depends on: when it is unchanged, the clip is not made again. */
  key: string
  /** sha256 of the video, where it is one file. */
  sourceSha256: string | undefined
}

/**
 * sha256 (hex) over everything that decides a clip's prepared files.
 * @param decided what decides them besides the clip: the protocol's sha256, the dataset's options
 * @throws KinemetricError, the file system's error where a source cannot be read
 */
export async function preparedKey(clip: DatasetClip, decided: readonly unknown[]): Promise<PreparedKey> {
  const video = await digestOf(clip.video)
  const masks = (clip.objects ?? []).map(async ({ object, mask, offset, source, everyFrame }) => [
    object,
    (await digest(mask)).sha256,
    offset,
    source ?? null,
    ...(everyFrame === true ? ['every frame'] : []),
  ])
  const assets = Object.entries(clip.assets ?? {}).map(async ([name, path]) => [name, await hashFile(path)])
  const pairs = (clip.pairs ?? []).map(async ({ without, control, video: truth }) => [
    without,
    (await digest(control)).sha256,
    (await digestOf(truth))?.sha256,
  ])
  const movingPixels = (clip.movingPixels ?? []).map(async ({ codec, masks: own }) => [
    codec,
    await Promise.all(own.map(async (mask) => (await digest(mask)).sha256)),
  ])
  const takes = (clip.takes ?? []).map(async (take) => (await digest(take)).sha256)
  const parts = [
    PREPARED,
    decided,
    clip.id,
    video?.sha256,
    (await digestOf(clip.image))?.sha256,
    (await digestOf(clip.control))?.sha256,
    [clip.controlType, clip.controlSource, clip.controlFrames],
    await Promise.all(masks),
    await Promise.all(assets),
    [clip.name, clip.text, clip.label, clip.template, clip.class],
    [clip.window, clip.crop],
    ...(clip.scene === undefined ? [] : [clip.scene, clip.frames]),
    ...(clip.pairs === undefined ? [] : [await Promise.all(pairs)]),
    ...(clip.takes === undefined ? [] : [await Promise.all(takes), await Promise.all(movingPixels)]),
  ]
  // Not given stands as null, so that no two lists are one text.
  return { key: hashBytes(JSON.stringify(parts)), sourceSha256: video?.isFile === true ? video.sha256 : undefined }
}

async function digestOf(source: FrameSource | undefined) {
  return source === undefined ? undefined : digest(source)
}

async function digest({ files, digest: own }: FrameSource): Promise<{ sha256: string; isFile: boolean }> {
  if (own !== undefined) return { sha256: await own(), isFile: false }
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
