import type { Frame } from 'node-av/lib'
import { expect, test } from 'vitest'
import { swscaleFlags } from '../src/decoders/ffmpeg-settings.ts'
import { loadNodeAv, type NodeAv } from '../src/decoders/node-av/node-av-module.ts'
import { RgbConverter } from '../src/decoders/rgb-converter.ts'

// Packed RGB by way of planes has to be, to the bit, what swscale gives where it is asked for packed RGB: every byte of noise and no tolerance.

const loaded = await loadNodeAv()
const av = 'missing' in loaded ? undefined : loaded
const [height, width] = [37, 75]

/** A frame of noise over all values, also those beyond the range that its tag says. */
function noisy({ lib }: NodeAv, format: Frame['format'], range: Frame['colorRange'], matrix: Frame['colorSpace']) {
  const frame = new lib.Frame()
  frame.alloc()
  frame.format = format
  frame.width = width
  frame.height = height
  frame.colorRange = range
  frame.colorSpace = matrix
  frame.getBuffer()
  for (const [index, plane] of (frame.data ?? []).entries()) {
    for (let at = 0; at < plane.length; at++) plane[at] = Math.imul(at * 73856093 + index + 1, 2654435761) >>> 24
  }
  return frame
}

function byPackedRgb({ lib, constants }: NodeAv, source: Frame): Uint8Array {
  using context = new lib.SoftwareScaleContext()
  context.allocContext()
  context.setOption('sws_flags', swscaleFlags)
  using target = new lib.Frame()
  target.alloc()
  target.format = constants.AV_PIX_FMT_RGB24
  target.width = width
  target.height = height
  target.colorRange = constants.AVCOL_RANGE_JPEG
  target.colorSpace = constants.AVCOL_SPC_RGB
  target.getBuffer(1)
  expect(context.scaleFrameSync(target, source)).toBeGreaterThanOrEqual(0)
  return new Uint8Array(target.data?.[0].subarray(0, height * width * 3) ?? [])
}

// Grey is given by packed RGB itself.
test.skipIf(av === undefined).each(['yuv420p', 'yuvj420p', 'yuv422p', 'yuv444p', 'gray'] as const)(
  '%s by way of planes is what swscale makes of it',
  async (pixelFormat) => {
    const { lib, constants } = av!
    const description = {
      width,
      height,
      fps: 6,
      frameCount: 1,
      durationSeconds: 1,
      codec: 'rawvideo',
      pixelFormat,
      orientation: { rotation: 0, mirrored: false },
    } as const
    const wanted = { start: 0, stride: 1, last: 0 }
    for (const [range, matrix] of [
      [constants.AVCOL_RANGE_MPEG, constants.AVCOL_SPC_UNSPECIFIED],
      [constants.AVCOL_RANGE_JPEG, constants.AVCOL_SPC_BT709],
    ] as const) {
      using source = noisy(av!, lib.avGetPixFmtFromName(pixelFormat), range, matrix)
      using converter = new RgbConverter(av!, 'noise', description)
      const expected = byPackedRgb(av!, source)
      expect(await converter.toRgb(source, 0, wanted)).toEqual(expected)
      const transient = await converter.toRgb(source, 0, { ...wanted, blocking: true, transient: true })
      expect(new Uint8Array(transient)).toEqual(expected)
      expect(new Set(expected).size).toBeGreaterThan(200)
    }
  },
)
