import type { StreamDescription } from './decoder.ts'
import { maxPixels, tooLarge } from '../frames/limits.ts'
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
