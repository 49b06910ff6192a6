import { basename } from 'node:path'
import type { Metadata, Sharp } from 'sharp'
import { loadSharp } from './sharp-module.ts'

import { frameArray, type FrameArray } from '../frames/frames.ts'
import { maxImageFileBytes, maxPixels, tooLarge } from '../frames/limits.ts'
import { readWholeFile } from '../frames/open-file.ts'
import { videoError } from '../frames/video-error.ts'
import type { OnWarning } from '../frames/video-warning.ts'
import { cmykToRgb } from './cmyk-to-rgb.ts'
import { imageFormatOf } from './image-format.ts'
import { stripStrays } from './strip-strays.ts'

/**
 * One PNG, JPEG, WebP or TIFF file as a frame `[1, H, W, 3]`: turned as its EXIF orientation says, grey repeated to RGB, alpha
 * dropped (not blended), 16 bits cut to 8, CMYK by its inks alone, colour profiles ignored, as Pillow's `convert('RGB')` leaves them.
 * @param options `onWarning` is told of stray bytes that a JPEG decoder passes over
 * @throws KinemetricError `not-found`, `not-readable`, `empty`, `not-a-video`, `damaged`, `unsupported` (several pages, samples that are no 8 or 16
 * bits, other colour spaces) or `too-large` (over 2²⁵ pixels, or a file over 512 MiB).
 */
export async function readImage(
  path: string,
  options: { onWarning?: OnWarning | undefined } = {},
): Promise<FrameArray> {
  const { bytes, strays, metadata } = await openImage(path)
  const warn = (found: string): void =>
    options.onWarning?.({ code: 'stray-bytes', message: `${basename(path)}: ${found}` })
  if (strays > 0) warn(`${strays} stray bytes between its segments were passed over`)
  const decoded = await decode(bytes, metadata, 'warning').catch((error: Error) => {
    if (!harmless.test(oneLine(error))) throw damaged(path, 'a whole image', error)
    warn(oneLine(error).replace(/^VipsJpeg: (Corrupt JPEG data: )?/, ''))
    return decode(bytes, metadata, 'error').catch((other: Error) => {
      throw damaged(path, 'a whole image', other)
    })
  })
  const { data, height, width } = decoded
  return frameArray(data, 1, height, width)
}

/** Height and width of an image file as `readImage` will return it, from its header alone. @throws KinemetricError as `readImage` */
export async function probeImage(path: string): Promise<{ height: number; width: number; format: string }> {
  const { autoOrient, format } = (await openImage(path)).metadata
  return { height: autoOrient.height, width: autoOrient.width, format }
}

/** What libjpeg complains of where the picture is whole: bytes after the last coded one, and odd entries of the header. */
const harmless =
  /extraneous bytes before marker 0xd9|unknown JFIF revision|Unknown Adobe color transform|Invalid SOS parameters for sequential/

// The file is read here and not by libvips: its operation cache would return the old pixels of a file that was rewritten,
// and it would open whatever the content asks for (an SVG named .png may refer to other files).
async function openImage(path: string): Promise<{ bytes: Buffer; strays: number; metadata: Metadata }> {
  const expected = 'a PNG, JPEG, WebP or TIFF image'
  const file = await readWholeFile(path, maxImageFileBytes)
  if (file.length === 0) throw videoError('empty', path, { expected, found: 'an empty file (0 bytes)' })
  const kind = imageFormatOf(file)
  if ('found' in kind) throw videoError('not-a-video', path, { expected, found: kind.found })
  const { bytes, strays } = kind.format === 'jpeg' ? stripStrays(file) : { bytes: file, strays: 0 }
  const metadata = await open(bytes, 'warning')
    .metadata()
    .catch(async (error: Error) => {
      if (!harmless.test(oneLine(error))) throw damaged(path, 'an image header', error)
      return open(bytes, 'error').metadata()
    })
  requireReadable(path, metadata)
  return { bytes, strays, metadata }
}

function requireReadable(path: string, { width, height, pages = 1, depth, space }: Metadata): void {
  if (width * height > maxPixels) throw tooLarge(path, width, height)
  const unsupported = (expected: string, found: string) => videoError('unsupported', path, { expected, found })
  if (pages > 1) throw unsupported('one picture in a file', `${pages} pages`)
  if (depth !== 'uchar' && depth !== 'ushort') throw unsupported('samples of 8 or 16 bits', `samples of type ${depth}`)
  if (!['srgb', 'rgb', 'rgb16', 'b-w', 'grey16', 'cmyk'].includes(space ?? ''))
    throw unsupported('RGB, grey or CMYK', `the colour space ${space}`)
}

function open(bytes: Buffer, failOn: 'warning' | 'error'): Sharp {
  return loadSharp()(bytes, { limitInputPixels: false, failOn, ignoreIcc: true })
}

async function decode(
  bytes: Buffer,
  { space }: Metadata,
  failOn: 'warning' | 'error',
): Promise<{ data: Uint8Array; height: number; width: number }> {
  const image = open(bytes, failOn).autoOrient()
  const inks = space === 'cmyk'
  const prepared = inks
    ? image.pipelineColourspace('cmyk').toColourspace('cmyk')
    : image.removeAlpha().toColourspace('srgb')
  const { data, info } = await prepared.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true })
  const samples = new Uint8Array(data.buffer, data.byteOffset, data.length)
  const { height, width } = info
  if (inks) return { data: cmykToRgb(samples), height, width }
  return { data: info.channels === 1 ? repeated(samples) : samples, height, width }
}

function repeated(grey: Uint8Array): Uint8Array {
  const rgb = new Uint8Array(grey.length * 3)
  // Plain stores: a call of `fill` a pixel took twenty times as long.
  for (let i = 0, to = 0; i < grey.length; i++, to += 3) {
    rgb[to] = grey[i]
    rgb[to + 1] = grey[i]
    rgb[to + 2] = grey[i]
  }
  return rgb
}

function damaged(path: string, expected: string, error: Error) {
  return videoError('damaged', path, { expected, found: oneLine(error) }, { cause: error })
}

function oneLine(error: Error): string {
  return error.message.split('\n')[0]
}
