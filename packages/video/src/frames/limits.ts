import type { KinemetricError } from '@kinemetric/files'
import { videoError } from './video-error.ts'

/** Largest picture that is decoded, in pixels: a quarter more than 8K video (7680 × 4320) is already beyond it. Guards memory against hostile headers. */
export const maxPixels = 2 ** 25

/** The same in bytes of RGB: 96 MiB. */
export const maxFrameBytes = 3 * maxPixels

/** Largest picture file that is read into memory: 512 MiB, more than an uncompressed 16-bit picture of that many pixels with alpha. */
export const maxImageFileBytes = 2 ** 29

/** The most pixel data of one clip that is gathered in memory where nothing else is asked for: 4 GiB. */
export const maxClipBytes = 4 * 2 ** 30

/** The error for a picture that is larger than is decoded. */
export function tooLarge(path: string, width: number, height: number): KinemetricError {
  return videoError('too-large', path, {
    expected: `at most ${maxPixels} pixels a frame (${maxFrameBytes} bytes of RGB)`,
    found: `${width}×${height} (width × height), ${3 * width * height} bytes`,
  })
}

/** @throws KinemetricError `too-large` where so many frames of one clip are more than may be held in memory. */
export function requireRoom(path: string, frames: number, frameBytes: number, limit = maxClipBytes): void {
  if (frames * frameBytes <= limit) return
  throw videoError('too-large', path, {
    expected: `at most ${limit} bytes of decoded frames in memory`,
    found: `${frames} frames of ${frameBytes} bytes`,
    then: 'take fewer frames by a window, or smaller ones; programs can give maxBytes, or use streamFrames',
  })
}
