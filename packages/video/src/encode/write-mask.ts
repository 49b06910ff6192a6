import { writeWhole } from '@kinemetric/files'
import { loadSharp } from '../images/sharp-module.ts'

import { requireSize } from '../frames/frames.ts'
import { videoError } from '../frames/video-error.ts'

/**
 * Writes a mask as an 8-bit grey PNG of 0 and 255, whole or not at all.
 * @param mask `[height, width]` row-major; what is not 0 is the object
 * @returns the file's bytes
 * @throws KinemetricError `bad-size`, `disk-full`, `write-failed`
 */
export async function writeMask(path: string, mask: Uint8Array, height: number, width: number): Promise<Uint8Array> {
  requireSize(height, width, 'writeMask')
  if (mask.length !== height * width) {
    throw videoError('bad-size', 'writeMask', {
      expected: `${height}×${width} = ${height * width} pixels`,
      found: String(mask.length),
    })
  }
  const grey = mask.map((pixel) => (pixel === 0 ? 0 : 255))
  const png = await loadSharp()(grey, { raw: { width, height, channels: 1 } })
    .toColourspace('b-w')
    .png({ compressionLevel: 6 })
    .toBuffer()
  await writeWhole(path, png, { durable: false })
  return png
}
