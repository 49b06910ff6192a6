import type { Fraction } from '../frames/frame-rate.ts'

/** How frames are encoded, in FFmpeg's words; both encoders take these settings. */
export interface Encoding {
  container: 'matroska' | 'mp4'
  extension: '.mkv' | '.mp4'
  encoder: 'utvideo' | 'libx264'
  pixelFormat: 'gbrp' | 'yuv420p'
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
  /** On this thread. */
  blocking?: boolean | undefined
  timeBase: Fraction
  frameRate: Fraction
  pts: readonly bigint[]
}

/**
 * Ut Video in planar RGB, intra only: decodes in about a third of FFV1's processor time (a 14-frame clip 0.055 s against
 * 0.15 s) for a third more bytes, and the reference is decoded for every method that is scored.
 */
export const losslessEncoding: Encoding = {
  container: 'matroska',
  extension: '.mkv',
  encoder: 'utvideo',
  pixelFormat: 'gbrp',
  encoderOptions: {},
  containerOptions: {},
}

/**
 * H.264 4:2:0, limited range, BT.709, index at the front: what every browser plays. A key frame every 8, so that
 * scrubbing is quick. Without x264's macroblock tree, whose AVX-512 code reads memory that nobody wrote: on processors that
 * have it, frames 96 wide gave 14 different files in 60 runs; without it, one.
 */
export const previewEncoding: Encoding = {
  container: 'mp4',
  extension: '.mp4',
  encoder: 'libx264',
  pixelFormat: 'yuv420p',
  encoderOptions: { preset: 'medium', crf: '20', g: '8', profile: 'high', mbtree: '0' },
  containerOptions: { movflags: '+faststart' },
}
