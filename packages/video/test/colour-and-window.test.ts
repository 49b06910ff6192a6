import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { hashFrames, readFrames, type FrameArray } from '../src/index.ts'
import { failure } from './failure.ts'
import { ffmpeg, ffmpegAll, hasFfmpeg, temporaryFolder, testPicture } from './ffmpeg-fixture.ts'

const folder = temporaryFolder()
afterAll(() => rmSync(folder, { recursive: true }))
const at = (name: string): string => join(folder, name)
const swscale = 'bicubic+accurate_rnd+full_chroma_int+full_chroma_inp+bitexact'

/** The frames of both decoders, which have to be the same bytes. */
async function read(name: string): Promise<FrameArray> {
  const ours = await readFrames(at(name), { decoder: 'node-av' })
  const spawned = await readFrames(at(name), { decoder: 'ffmpeg' })
  expect(spawned.pixels.shape).toEqual(ours.pixels.shape)
  expect(hashFrames(spawned.pixels)).toBe(hashFrames(ours.pixels))
  return ours.pixels
}

/** Bytes of a file's frames as the ffmpeg program gives them by itself. */
function plain(name: string, ...options: string[]): Buffer {
  const args = [
    '-v',
    'error',
    ...options,
    '-i',
    at(name),
    '-sws_flags',
    swscale,
    '-pix_fmt',
    'rgb24',
    '-f',
    'rawvideo',
    '-',
  ]
  return spawnSync('ffmpeg', args, { maxBuffer: 2 ** 26 }).stdout
}

const full = process.env.KINEMETRIC_FULL === '1'

// Matrix number of ITU-T H.273, limited and full range.
const codings = [
  [1, 0],
  [4, 1],
  [5, 0],
  [7, 1],
  [9, 0],
  [9, 1],
] as const
// Primaries and transfer: BT.470 M with gamma 2.2, SMPTE 431 with PQ, SMPTE 432 with sRGB's curve.
const looks = [
  [4, 4],
  [11, 16],
  [12, 13],
] as const
const refusedMatrices = [8, 10, 12, 14]

/** The untagged stream with all the tags that are read, not encoded anew. */
function retag(): void {
  const tagged: Record<string, string> = { 'bt601.mkv': 'matrix_coefficients=6:video_full_range_flag=0' }
  for (const [matrix, range] of codings) {
    const coding = `matrix_coefficients=${matrix}:video_full_range_flag=${range}`
    tagged[`${matrix}-${range}.mkv`] = coding
    for (const [primaries, transfer] of looks)
      tagged[`${matrix}-${range}-${primaries}.mkv`] =
        `${coding}:colour_primaries=${primaries}:transfer_characteristics=${transfer}`
  }
  for (const matrix of refusedMatrices) tagged[`odd-${matrix}.mkv`] = `matrix_coefficients=${matrix}`
  ffmpegAll(
    ['-i', at('untagged.mkv')],
    Object.entries(tagged).map(([name, tags]) => ['-c', 'copy', '-bsf:v', `h264_metadata=${tags}`, at(name)]),
  )
}

describe.skipIf(!hasFfmpeg)('RGB is made by matrix and range alone', () => {
  beforeAll(() => {
    ffmpeg(...testPicture(64, 48, 2), '-c:v', 'libx264', '-pix_fmt', 'yuv420p', at('untagged.mkv'))
    retag()
  })

  it.each(codings.map(([matrix, range], n) => [matrix, range, n]))(
    'matrix %i, full range %i: primaries and transfer change no byte',
    async (matrix, range, n) => {
      const untagged = hashFrames(await read(`${matrix}-${range}.mkv`))
      for (const [k, [primaries]] of looks.entries()) {
        const name = `${matrix}-${range}-${primaries}.mkv`
        // Each pair is read by the program with two of the matrices, and in a full run with all.
        const pixels = full || k === n % looks.length ? await read(name) : (await readFrames(at(name))).pixels
        expect(hashFrames(pixels)).toBe(untagged)
      }
    },
  )
  it('an untagged stream is BT.601, limited, as it was', async () => {
    const pixels = await read('untagged.mkv')
    expect(Buffer.from(pixels.data).equals(plain('untagged.mkv'))).toBe(true)
    expect(hashFrames(await read('bt601.mkv'))).toBe(hashFrames(pixels))
  })
  it.each(refusedMatrices)('matrix %i, which swscale cannot undo, is refused by both', async (matrix) => {
    for (const decoder of ['node-av', 'ffmpeg'] as const) {
      const error = await failure(readFrames(at(`odd-${matrix}.mkv`), { decoder }))
      expect([error.code, error.message]).toEqual(['unsupported', expect.stringMatching(/colour matrix/)])
    }
  })
})

describe.skipIf(!hasFfmpeg)('the window that a stream crops, also on the left and on top', () => {
  beforeAll(() => {
    const three = ['-frames:v', '3']
    const quiet = ['-x265-params', 'log-level=none']
    ffmpegAll(testPicture(128, 96, 3).slice(0, 4), [
      ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', ...three, at('whole.264.mp4')],
      ['-c:v', 'libx265', '-pix_fmt', 'yuv420p', ...quiet, ...three, at('whole.265.mp4')],
      ['-c:v', 'libx265', '-pix_fmt', 'yuv422p10le', ...quiet, ...three, at('whole10.265.mp4')],
    ])
  })
  it.each([
    ['whole.264.mp4', 'h264', 6, 2, 10, 4],
    ['whole.264.mp4', 'h264', 34, 0, 0, 0],
    ['whole.265.mp4', 'hevc', 4, 8, 2, 6],
    ['whole.265.mp4', 'hevc', 38, 2, 0, 16],
    ['whole10.265.mp4', 'hevc', 10, 3, 4, 1],
  ])('%s (%s): left %i, top %i, right %i, bottom %i', async (file, codec, left, top, right, bottom) => {
    const crop = `crop_left=${left}:crop_top=${top}:crop_right=${right}:crop_bottom=${bottom}`
    ffmpeg('-i', at(file), '-c', 'copy', '-bsf:v', `${codec}_metadata=${crop}`, at('cropped.mkv'))
    const pixels = await read('cropped.mkv')
    expect(pixels.shape).toEqual([3, 96 - top - bottom, 128 - left - right, 3])
    expect(Buffer.from(pixels.data).equals(plain('cropped.mkv', '-flags', 'unaligned'))).toBe(true)
  })
})
