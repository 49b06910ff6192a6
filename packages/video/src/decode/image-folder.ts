import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

import sharp, { type Sharp } from 'sharp'

import { maxPixels } from '../decoders/ffmpeg-settings.ts'
import { frameArray, type FrameArray } from '../frames/frames.ts'
import { accessError } from './inspect-path.ts'
import { tooLarge } from '../decoders/require-decodable-size.ts'
import { videoError } from '../frames/video-error.ts'

const byNumber = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/**
 * Paths of a folder's PNG and JPEG files in the order of the numbers in their names (frame_2 before frame_10). Anything
 * else in the folder, and hidden files, are left alone.
 * @throws KinemetricError `not-readable`, or `no-frames` where there is no such file.
 */
export async function listImages(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    throw accessError(folder, error)
  })
  const images = names.filter((name) => /\.(png|jpe?g)$/i.test(name) && !name.startsWith('.'))
  if (images.length === 0) {
    const found = names.length === 0 ? 'an empty folder' : `${names.length} other entries`
    throw videoError('no-frames', folder, { expected: 'PNG or JPEG files', found })
  }
  // Equal to the collator ("a1.png", "A01.png"): the code points decide, so that the order never depends on the disk.
  images.sort((a, b) => byNumber.compare(a, b) || (a < b ? -1 : 1))
  return images.map((name) => join(folder, name))
}

/**
 * One PNG or JPEG file as a frame `[1, H, W, 3]`: turned as its EXIF orientation says, grey repeated to RGB, alpha
 * dropped (not blended), 16 bits cut to 8, colour profiles ignored, as Pillow's `convert('RGB')` leaves them.
 * @throws KinemetricError `not-found`, `not-readable`, `empty`, `not-a-video`, `damaged` or `too-large`.
 */
export async function readImage(path: string): Promise<FrameArray> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw accessError(path, error)
  })
  const image = await openImage(path, bytes)
  const { data, info } = await image
    .autoOrient()
    .removeAlpha()
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch((error: Error) => {
      throw videoError('damaged', path, { expected: 'a whole image', found: oneLine(error) }, { cause: error })
    })
  const pixels = info.channels === 1 ? repeated(data) : new Uint8Array(data.buffer, data.byteOffset, data.length)
  return frameArray(pixels, 1, info.height, info.width)
}

/** Height and width of an image file as `readImage` will return it, from its header alone. */
export async function probeImage(path: string): Promise<{ height: number; width: number; format: string }> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw accessError(path, error)
  })
  const { autoOrient, format } = await (await openImage(path, bytes)).metadata()
  return { height: autoOrient.height, width: autoOrient.width, format }
}

// The file is read here and not by libvips: its operation cache would return the old pixels of a file that was rewritten,
// and it would open whatever the content asks for (an SVG named .png may refer to other files).
async function openImage(path: string, bytes: Buffer): Promise<Sharp> {
  if (bytes.length === 0)
    throw videoError('empty', path, { expected: 'a PNG or JPEG image', found: 'an empty file (0 bytes)' })
  const isPng = bytes.subarray(0, 8).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]))
  const isJpeg = bytes[0] === 0xff && bytes[1] === 0xd8
  if (!isPng && !isJpeg)
    throw videoError('not-a-video', path, { expected: 'a PNG or JPEG image', found: 'other content' })
  const image = sharp(bytes, { limitInputPixels: false, failOn: 'warning', ignoreIcc: true })
  const { width, height } = await image.metadata().catch((error: Error) => {
    throw videoError('damaged', path, { expected: 'an image header', found: oneLine(error) }, { cause: error })
  })
  if (width * height > maxPixels) throw tooLarge(path, width, height)
  return image
}

function repeated(grey: Uint8Array): Uint8Array {
  const rgb = new Uint8Array(grey.length * 3)
  for (let i = 0; i < grey.length; i++) rgb.fill(grey[i], 3 * i, 3 * i + 3)
  return rgb
}

function oneLine(error: Error): string {
  return error.message.split('\n')[0]
}
