import type { Fraction } from './frame-rate.ts'

/** How frames are encoded, in FFmpeg's words; both encoders take these settings. */
export interface Encoding {
  container: 'matroska' | 'mp4'
  extension: '.mkv' | '.mp4'
  encoder: 'ffv1' | 'libx264'
  pixelFormat: 'bgr0' | 'yuv420p'
  /** Private options of the encoder. */
  encoderOptions: Readonly<Record<string, string>>
  /** Private options of the container. */
  containerOptions: Readonly<Record<string, string>>
}

/** What an encoder is given: bytes in T, H, W, RGB order and a time a frame. */
export interface EncodeJob {
  encoding: Encoding
  rgb: Uint8Array
  count: number
  height: number
  width: number
  timeBase: Fraction
  frameRate: Fraction
  pts: readonly bigint[]
}

/** FFV1 version 3 in RGB: intra only, checksummed, 85 frames a second at 256×384 (the smallest lossless of those tried). */
export const losslessEncoding: Encoding = {
  container: 'matroska',
  extension: '.mkv',
  encoder: 'ffv1',
  pixelFormat: 'bgr0',
  encoderOptions: { level: '3', slicecrc: '1', g: '1' },
  containerOptions: {},
}

/**
 * H.264 4:2:0, limited range, BT.709, index at the front: what every browser plays. A key frame every 8, so that
 * scrubbing is quick.
 */
export const previewEncoding: Encoding = {
  container: 'mp4',
  extension: '.mp4',
  encoder: 'libx264',
  pixelFormat: 'yuv420p',
  encoderOptions: { preset: 'medium', crf: '20', g: '8', profile: 'high' },
  containerOptions: { movflags: '+faststart' },
}
