import { stat } from 'node:fs/promises'
import type { MaskFrame, MaskVideo } from '@kinemetric/networks'
import { contiguous, countFrames, type OnWarning, probeVideo, streamFrames } from '@kinemetric/video'
import { basename } from 'node:path'
import { hashFile, hashFolder } from '@kinemetric/files'

/** A video or folder of frames whose masks are made. */
export interface OpenedMaskVideo extends MaskVideo {
  /** Frames a second; undefined where the source does not say. */
  readonly fps: number | undefined
  /** Of the file, or over the folder's files. */
  readonly sha256: string
}

/**
 * Opens a video file or a folder of frames. Its frames are counted by decoding them all: headers are not to be believed, and a tracker's sense of time
 * depends on their number.
 * @throws KinemetricError as reading videos does
 */
export async function openMaskVideo(
  path: string,
  { signal, onWarning }: { signal?: AbortSignal | undefined; onWarning?: OnWarning | undefined } = {},
): Promise<OpenedMaskVideo> {
  const { height, width, fps } = await probeVideo(path)
  const frames = await countFrames(path, { signal })
  const isFolder = (await stat(path)).isDirectory()
  let told = false
  return {
    name: basename(path),
    frames,
    height,
    width,
    fps,
    sha256: await (isFolder ? hashFolder(path) : hashFile(path)),
    read: async function* (start, count): AsyncGenerator<MaskFrame> {
      // Odd things are the same at every reading.
      const warn = told ? undefined : onWarning
      told = true
      for await (const { index, pixels } of streamFrames(path, {
        window: { start, stride: 1, count },
        signal,
        onWarning: warn,
      })) {
        const [, rows, columns] = pixels.shape
        yield { index, height: rows, width: columns, rgb: contiguous(pixels).data }
      }
    },
  }
}
