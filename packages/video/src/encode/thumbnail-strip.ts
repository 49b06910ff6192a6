import { loadSharp } from '../images/sharp-module.ts'
import { contiguous } from '../frames/contiguous.ts'
import { streamFrames } from '../decode/stream-frames.ts'
import type { FrameArray } from '../frames/frames.ts'
import { videoError } from '../frames/video-error.ts'

export interface ThumbnailOptions {
  /** Frame of each video; of a shorter one the last. */
  frame: number
  /** [width, height] of one picture, which is filled: what is over at two sides is cut off. */
  size: readonly [width: number, height: number]
  /** WebP's, 1 to 100. Default 70. */
  quality?: number | undefined
}

/**
 * One frame of each of several videos, small and side by side, as WebP: one file for all sides of a clip. The videos are decoded one after another.
 * @param paths at least one
 * @throws KinemetricError as `streamFrames`, `no-frames`
 */
export async function thumbnailStrip(
  paths: readonly string[],
  { frame, size: [width, height], quality = 70 }: ThumbnailOptions,
): Promise<Uint8Array> {
  const pictures: { input: Buffer; left: number; top: number; raw: { width: number; height: number; channels: 3 } }[] =
    []
  for (const [at, path] of paths.entries()) {
    const pixels = await frameOf(path, frame)
    const [, rows, columns] = pixels.shape
    const { data } = contiguous(pixels)
    const input = await loadSharp()(data, { raw: { width: columns, height: rows, channels: 3 } })
      .resize(width, height, { fit: 'cover' })
      .raw()
      .toBuffer()
    pictures.push({ input, left: at * width, top: 0, raw: { width, height, channels: 3 } })
  }
  return loadSharp()({ create: { width: width * paths.length, height, channels: 3, background: 'black' } })
    .composite(pictures)
    .webp({ quality })
    .toBuffer()
}

/** A frame of a video, its last where it is shorter. */
async function frameOf(path: string, frame: number): Promise<FrameArray> {
  let last: FrameArray | undefined
  let count = 0
  for await (const { pixels } of streamFrames(path)) {
    last = pixels
    if (count++ >= frame) break
  }
  if (last === undefined) throw videoError('no-frames', path, { expected: 'a video', found: 'no frames' })
  return last
}
