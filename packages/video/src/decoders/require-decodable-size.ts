import type { KinemetricError } from '@kinemetric/files'
import type { StreamDescription } from './decoder.ts'
import { maxPixels } from './ffmpeg-settings.ts'
import { videoError } from '../frames/video-error.ts'

/** @throws KinemetricError `too-large` for a header that claims a giant image, `not-a-video` for one without a size. */
export function requireDecodableSize(
  path: string,
  { width, height, codec }: Pick<StreamDescription, 'width' | 'height' | 'codec'>,
): void {
  if (!(width > 0 && height > 0)) {
    throw videoError('not-a-video', path, {
      expected: 'a picture size',
      found: `${width}×${height} in a ${codec} stream`,
    })
  }
  if (width * height > maxPixels) throw tooLarge(path, width, height)
}

/** The error for an image that is larger than is decoded. */
export function tooLarge(path: string, width: number, height: number): KinemetricError {
  const found = `${width}×${height} (width × height)`
  return videoError('too-large', path, { expected: `at most ${maxPixels} pixels a frame`, found })
}
