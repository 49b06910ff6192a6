import { readdir } from 'node:fs/promises'
import { extname, join } from 'node:path'

import { hasEnding, imageEndings, otherImageEndings } from '../frames/endings.ts'
import { accessError } from '../frames/open-file.ts'
import { videoError } from '../frames/video-error.ts'
import type { OnWarning } from '../frames/video-warning.ts'
import { inFrameOrder } from './frame-order.ts'

/**
 * Paths of a folder's PNG, JPEG, WebP and TIFF files in the order of the numbers in their names (frame_2 before frame_10; -1, 0.0, 0.25). Hidden files
 * and what is no picture are left alone.
 * @param options `onWarning` is told of pictures that are not read
 * @throws KinemetricError `not-readable`, or `no-frames` where there is no such file.
 */
export async function listImages(
  folder: string,
  options: { onWarning?: OnWarning | undefined } = {},
): Promise<string[]> {
  const names = (
    await readdir(folder).catch((error: NodeJS.ErrnoException) => {
      throw accessError(folder, error)
    })
  ).filter((name) => !name.startsWith('.'))
  const images = names.filter((name) => hasEnding(name, imageEndings))
  const others = names.filter((name) => hasEnding(name, otherImageEndings))
  if (images.length === 0) {
    const found =
      others.length > 0 ? countsOf(others) : names.length === 0 ? 'an empty folder' : `${names.length} other entries`
    throw videoError('no-frames', folder, { expected: 'PNG, JPEG, WebP or TIFF files', found })
  }
  if (others.length > 0) options.onWarning?.({ code: 'not-read', message: `beside the frames, ${countsOf(others)}` })
  return inFrameOrder(images).map((name) => join(folder, name))
}

/** `3 files .bmp, which are not read`. */
function countsOf(names: readonly string[]): string {
  const counts = Map.groupBy(names, (name) => extname(name).toLowerCase())
  const said = [...counts].map(([ending, { length }]) => `${length} ${ending} ${length === 1 ? 'file' : 'files'}`)
  return `${said.join(' and ')} (not read)`
}
