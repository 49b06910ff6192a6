import { readdir, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { hasShared, sharedPath } from '../../../test/shared.ts'
import { shownFramesOf } from '../src/decoders/shown-frames.ts'
import {
  contiguous,
  countFrames,
  hashFrames,
  pickFrames,
  readFrames,
  streamFrames,
  type VideoWarning,
} from '../src/index.ts'
import { ffmpeg, hasFfmpeg, temporaryFolder, testPicture } from './ffmpeg-fixture.ts'

const folder = temporaryFolder()
const at = (name: string) => join(folder, name)

/** A window, the number of frames of the whole video, and what was told. */
async function counted(path: string, start: number, stride = 1, count = 2) {
  const hashes: string[] = []
  let total = -1
  const warnings: VideoWarning[] = []
  const options = {
    window: { start, stride, count },
    onTotal: (frames: number) => (total = frames),
    onWarning: (warning: VideoWarning) => warnings.push(warning),
  }
  for await (const { pixels } of streamFrames(path, options)) hashes.push(hashFrames(pixels))
  return { hashes, total, warnings }
}

/** The same with everything decoded. */
async function decoded(path: string, start: number, stride = 1, count = 2) {
  const warnings: VideoWarning[] = []
  const { pixels } = await readFrames(path, { onWarning: (warning) => warnings.push(warning) })
  const wanted = Array.from({ length: count }, (_, t) => start + t * stride).filter((t) => t < pixels.shape[0])
  const hashes = wanted.map((t) => hashFrames(contiguous(pickFrames(pixels, [t]))))
  return { hashes, total: pixels.shape[0], warnings }
}

describe.skipIf(!hasFfmpeg)('the count is that of all frames decoded, and so are frames and warnings', () => {
  const videos: [string, string[]][] = [
    // Alternate references are packets, or parts of packets, that nobody is shown.
    [
      'vp9-hidden.webm',
      ['-c:v', 'libvpx-vp9', '-b:v', '200k', '-auto-alt-ref', '1', '-lag-in-frames', '16', '-g', '20'],
    ],
    ['vp8-hidden.webm', ['-c:v', 'libvpx', '-b:v', '200k', '-auto-alt-ref', '1', '-lag-in-frames', '16', '-g', '20']],
    ['ffv1.mkv', ['-c:v', 'ffv1']],
    ['mjpeg.avi', ['-c:v', 'mjpeg']],
    ['utvideo.mkv', ['-c:v', 'utvideo', '-pix_fmt', 'gbrp']],
    // Their packets do not tell: all is decoded.
    ['h264.mp4', ['-c:v', 'libx264', '-bf', '2', '-pix_fmt', 'yuv420p']],
    ['mpeg4.avi', ['-c:v', 'mpeg4', '-bf', '2']],
    ['gap.webm', ['-c:v', 'libvpx-vp9', '-vf', "select='not(between(n,30,33))'", '-fps_mode', 'passthrough']],
  ]
  test.each(videos)('%s', async (name, encoding) => {
    ffmpeg(...testPicture(96, 64, 50), ...encoding, at(name))
    for (const [start, stride, count] of [
      [0, 1, 1],
      [5, 3, 4],
      [48, 1, 4],
      [70, 1, 1],
    ])
      expect(await counted(at(name), start, stride, count)).toEqual(await decoded(at(name), start, stride, count))
    expect((await counted(at(name), 0)).warnings.map(({ code }) => code)).toEqual(name === 'gap.webm' ? ['gap'] : [])
  })

  test('a file that is cut behind the window is found out', async () => {
    ffmpeg(...testPicture(96, 64, 50), '-c:v', 'libvpx-vp9', at('cut.webm'))
    await truncate(at('cut.webm'), 12_000)
    await expect(counted(at('cut.webm'), 0)).rejects.toMatchObject({ code: 'truncated' })
  })
})

test.skipIf(!hasShared('data', 'interdyn-examples'))(
  'of published clips every video and mask is counted as decoding counts it',
  async () => {
    const examples = sharedPath('data', 'interdyn-examples')
    const clips = (await readdir(examples)).sort().slice(0, 4)
    for (const clip of clips)
      for (const name of (await readdir(join(examples, clip))).filter((each) => each.endsWith('.webm')))
        expect((await counted(join(examples, clip, name), 0)).total, `${clip}/${name}`).toBe(
          await countFrames(join(examples, clip, name)),
        )
  },
)

describe('what packets say', () => {
  const vp9 = shownFramesOf('vp9')
  test('a frame of VP9 is shown, hidden, or an earlier one shown again; of profile 3 one bit later', () => {
    expect(vp9?.(Uint8Array.of(0b10000010))).toBe(1)
    expect(vp9?.(Uint8Array.of(0b10000000))).toBe(0)
    expect(vp9?.(Uint8Array.of(0b10001000))).toBe(1)
    expect(vp9?.(Uint8Array.of(0b10110001))).toBe(1)
    expect(vp9?.(Uint8Array.of(0b10110010))).toBe(0)
    expect(vp9?.(Uint8Array.of(0b01000010))).toBeUndefined()
  })

  test('a superframe of VP9 is as many as it says: a hidden one of two bytes and a shown one of one', () => {
    const marker = 0b11000001
    expect(vp9?.(Uint8Array.of(0b10000000, 0, 0b10000010, marker, 2, 1, marker))).toBe(1)
    // Without the marker at both ends it is one frame that ends in such a byte.
    expect(vp9?.(Uint8Array.of(0b10000010, 0, 0, marker))).toBe(1)
  })

  test('packets of H.264 do not tell', () => {
    expect(shownFramesOf('h264')).toBeUndefined()
  })
})
