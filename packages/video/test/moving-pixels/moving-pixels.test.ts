import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { Mpeg4Masks } from '../../src/encode/mpeg4-masks.ts'
import { MovingPixels } from '../../src/moving-pixels/moving-pixels.ts'
import golden from '../goldens/moving-pixels.json' with { type: 'json' }
import { packedLevels } from './packed-levels.ts'
import { isReleaseKind, releaseVideo } from './release-video.ts'

const { frames, fps, seed } = golden

for (const { kind, height, width, input, masks, moving, mpeg4 } of golden.videos) {
  describe(`moving pixels of ${kind}`, () => {
    if (!isReleaseKind(kind)) throw new TypeError(kind)
    const rgb = releaseVideo({ height, width, frames, seed, kind })
    const found = masksOf(rgb, height, width)

    test('are of the golden’s frames', () => expect(sha256(rgb)).toBe(input))

    test('are those of the original generator, bit by bit', () => {
      expect(found.map((mask) => mask.filter((value) => value === 255).length)).toEqual(moving)
      expect(sha256(Buffer.concat(found))).toBe(masks)
    })

    test('come back from MPEG-4 as they do from OpenCV’s writer', async () => {
      using codec = await Mpeg4Masks.open({ height, width, fps })
      if (codec === undefined) throw new Error('no encoder of MPEG-4')
      const back: Uint8Array[] = []
      for (const mask of [...found, undefined])
        codec.push(mask, (luma) => back.push(packedLevels(luma, codec.size.height, codec.size.width)))
      expect(sha256(Buffer.concat(back))).toBe(mpeg4)
    })
  })
}

function masksOf(rgb: Uint8Array, height: number, width: number): Uint8Array[] {
  const moving = new MovingPixels(height, width)
  const bytes = height * width * 3
  return Array.from({ length: frames }, (_, t) => moving.next(rgb.subarray(t * bytes, (t + 1) * bytes)).slice())
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
