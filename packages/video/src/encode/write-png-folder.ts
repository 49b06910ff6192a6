import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

import { writePart, writeWhole, makeFolder } from '@kinemetric/files'
import { loadSharp } from '../images/sharp-module.ts'

import { contiguous } from '../frames/contiguous.ts'
import { requireFrames, type Frames } from '../frames/frames.ts'
import { videoError } from '../frames/video-error.ts'
import { filteredBytes, quickPng } from './quick-png.ts'

/**
 * Writes frames as `frame_0000.png`, `frame_0001.png`, … (8-bit RGB, lossless) into a folder, which is made if need be.
 * @param frames `pixels` `[T, H, W, 3]`, T ≥ 1
 * @param options `inTheMaking`: the folder gets its name when it is whole, so that no file needs another one before its own; `quick`: by `quickPng`, the same
 * pixels in other bytes
 * @throws KinemetricError `bad-size`, `no-frames`, or `write-failed`, also where the folder already holds images: frames of an
 * older, longer video would otherwise be read as part of this one. Having failed, it leaves no frame behind.
 */
export async function writePngFolder(
  folder: string,
  frames: Frames,
  { inTheMaking = false, quick = false }: { inTheMaking?: boolean | undefined; quick?: boolean | undefined } = {},
): Promise<void> {
  requireFrames(frames.pixels, 'writePngFolder')
  const [count, height, width] = frames.pixels.shape
  if (count === 0) throw videoError('no-frames', folder, { expected: 'frames to write', found: 'none' })
  const digits = Math.max(4, String(count - 1).length)
  const written: string[] = []
  try {
    await makeFolder(folder)
    const images = (await readdir(folder)).filter((name) => /\.(png|jpe?g)$/i.test(name) && !name.startsWith('.'))
    if (images.length > 0) throw new Error(`the folder already holds ${images.length} images`)
    const data = contiguous(frames.pixels).data
    const scratch = new Uint8Array(quick ? filteredBytes(height, width) : 0)
    for (let t = 0; t < count; t++) {
      const frame = data.subarray(t * height * width * 3, (t + 1) * height * width * 3)
      const name = `frame_${String(t).padStart(digits, '0')}.png`
      const png = quick ? await quickPng(frame, height, width, scratch) : await smallerPng(frame, height, width)
      if (inTheMaking) await writePart(join(folder, name), png)
      else await writeWhole(join(folder, name), png, { durable: false })
      written.push(name)
    }
  } catch (error) {
    await Promise.allSettled(written.map((name) => rm(join(folder, name), { force: true })))
    const reason = error instanceof Error ? error.message.split('\n').slice(0, 2).join(': ') : String(error)
    throw videoError(
      'write-failed',
      folder,
      { expected: `to write ${count} images`, found: reason },
      {
        cause: error,
      },
    )
  }
}

/** What prepared clips are written with: manifests hold the sha256 of these bytes. */
function smallerPng(frame: Uint8Array, height: number, width: number): Promise<Buffer> {
  return loadSharp()(frame, { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: 6 })
    .toBuffer()
}
