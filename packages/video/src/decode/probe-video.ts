import type { DecoderChoice } from './decode-options.ts'
import { listImages } from '../images/list-images.ts'
import { probeImage } from '../images/read-image.ts'
import { inspectPath } from './inspect-path.ts'
import { openVideo } from './open-video.ts'
import type { Orientation, StreamDescription } from '../decoders/decoder.ts'
import { orientedSize } from '../decoders/orient.ts'

/**
 * A video as its file describes it, its size and frame rate as they are shown; nothing is decoded, so a count or a duration is the file's claim.
 * Frames a second are undefined for image folders and where the file does not say, the count where the file does not say (WebM, MKV): see
 * `countFrames`. The codec is FFmpeg's name, or `png`, `jpeg`, `webp` or `tiff`; the pixel format is the stored one's, `rgb24` for images.
 */
export interface VideoInfo extends Omit<StreamDescription, 'orientation'> {
  path: string
  kind: 'video' | 'image-folder'
  /** Degrees clockwise by which the stored frames are turned to stand upright; already applied to width and height. */
  rotation: Orientation['rotation']
}

/**
 * What a video file or a folder of images says about itself.
 * @throws KinemetricError `not-found`, `not-readable`, `empty`, `not-a-video`, `no-frames`, `too-large`, `unsupported` or
 * `no-decoder`.
 */
export async function probeVideo(
  path: string,
  options: { decoder?: DecoderChoice | undefined } = {},
): Promise<VideoInfo> {
  const { kind, absolute } = await inspectPath(path)
  if (kind !== 'video') return probeImages(path, kind === 'image' ? [absolute] : await listImages(absolute))
  const video = await openVideo(absolute, options.decoder ?? 'auto')
  try {
    const { orientation, ...description } = video.description
    const { width, height } = orientedSize(description.height, description.width, orientation)
    return { path, kind, ...pick(description), width, height, rotation: orientation.rotation }
  } finally {
    await video.close()
  }
}

function pick({
  fps,
  frameCount,
  durationSeconds,
  codec,
  pixelFormat,
}: Pick<VideoInfo, 'fps' | 'frameCount' | 'durationSeconds' | 'codec' | 'pixelFormat'>) {
  return { fps, frameCount, durationSeconds, codec, pixelFormat }
}

async function probeImages(path: string, images: readonly string[]): Promise<VideoInfo> {
  const { width, height, format } = await probeImage(images[0])
  return {
    path,
    kind: 'image-folder',
    width,
    height,
    fps: undefined,
    frameCount: images.length,
    durationSeconds: undefined,
    codec: format,
    pixelFormat: 'rgb24',
    rotation: 0,
  }
}
