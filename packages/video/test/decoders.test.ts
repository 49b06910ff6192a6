import { rmSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { hasShared, sharedPath } from '../../../test/shared.ts'
import { countFrames, hashFrames, probeVideo, readFrames, type DecodeOptions, type Frames } from '../src/index.ts'
import { ffmpeg, ffmpegAll, hasFfmpeg, temporaryFolder, testPicture } from './ffmpeg-fixture.ts'

const full = process.env.KINEMETRIC_FULL === '1'

// name: [file, encoder arguments, width, height, frames]
const cases: Record<string, [string, string[], number, number, number]> = {
  'VP9 webm, odd sizes': ['vp9.webm', ['-c:v', 'libvpx-vp9', '-b:v', '200k'], 427, 241, 9],
  'VP9 webm 4:4:4': ['vp9-444.webm', ['-c:v', 'libvpx-vp9', '-pix_fmt', 'yuv444p'], 91, 67, 6],
  'VP9 webm with alpha': ['vp9-alpha.webm', ['-c:v', 'libvpx-vp9', '-pix_fmt', 'yuva420p'], 90, 66, 5],
  'VP8 webm': ['vp8.webm', ['-c:v', 'libvpx'], 64, 48, 6],
  'AV1 mkv': ['av1.mkv', ['-c:v', 'libaom-av1', '-cpu-used', '8'], 64, 48, 3],
  'H.264 mp4 with B-frames': ['h264.mp4', ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-bf', '3'], 426, 240, 14],
  'H.264 mp4, full range': [
    'full.mp4',
    ['-vf', 'scale=out_range=pc', '-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-color_range', 'pc'],
    128,
    96,
    5,
  ],
  'H.264 mp4, tagged BT.709': [
    'bt709.mp4',
    [
      '-c:v',
      'libx264',
      '-pix_fmt',
      'yuv420p',
      '-colorspace',
      'bt709',
      '-color_primaries',
      'bt709',
      '-color_trc',
      'bt709',
    ],
    128,
    96,
    5,
  ],
  'H.264 mp4, 10 bit 4:2:2': ['h264-10.mp4', ['-c:v', 'libx264', '-pix_fmt', 'yuv422p10le'], 128, 96, 5],
  'H.264 RGB mkv': ['rgb.mkv', ['-c:v', 'libx264rgb', '-qp', '0'], 91, 67, 5],
  'H.265 mp4, 10 bit': [
    'h265.mp4',
    ['-c:v', 'libx265', '-pix_fmt', 'yuv420p10le', '-x265-params', 'log-level=none'],
    128,
    96,
    6,
  ],
  'H.265 mp4, 12 bit 4:4:4': [
    'h265-12.mp4',
    ['-c:v', 'libx265', '-pix_fmt', 'yuv444p12le', '-x265-params', 'log-level=none'],
    130,
    98,
    4,
  ],
  'H.264 with sound, mov': ['sound.mov', ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-c:a', 'aac'], 64, 48, 12],
  'ProRes mov': ['prores.mov', ['-c:v', 'prores_ks'], 128, 96, 4],
  'FFV1 mkv, 16 bit grey': ['grey.mkv', ['-c:v', 'ffv1', '-pix_fmt', 'gray16le'], 65, 49, 4],
  'Motion JPEG avi': ['mjpeg.avi', ['-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p', '-q:v', '3'], 129, 97, 6],
  'MPEG-4 avi with B-frames': ['mpeg4.avi', ['-c:v', 'mpeg4', '-bf', '2'], 128, 96, 9],
  'MPEG-1 transport stream': ['mpeg1.ts', ['-c:v', 'mpeg1video', '-r', '25'], 128, 96, 8],
  'H.264 4:1:1-like 4:1:0 FFV1 avi': ['yuv410.avi', ['-c:v', 'ffv1', '-pix_fmt', 'yuv410p'], 130, 98, 3],
  'animated PNG': ['animated.apng', ['-pix_fmt', 'rgba'], 65, 49, 4],
  'gif by its frames': ['picture.gif', [], 90, 67, 8],
  'MPEG-2 program stream, interlaced': [
    'mpeg2.mpg',
    ['-vf', 'setfield=tff', '-c:v', 'mpeg2video', '-r', '25', '-flags', '+ildct+ilme', '-q:v', '2'],
    128,
    96,
    8,
  ],
  'H.264 elementary stream': ['raw.h264', ['-c:v', 'libx264', '-pix_fmt', 'yuv420p'], 128, 96, 8],
  flv: ['flash.flv', ['-c:v', 'flv'], 128, 96, 6],
  'uneven times mkv': [
    'vfr.mkv',
    ['-vf', "setpts='N*N*0.02/TB'", '-vsync', 'passthrough', '-c:v', 'ffv1', '-pix_fmt', 'yuv420p'],
    64,
    48,
    8,
  ],
}

const windowed = [
  'vp9.webm',
  'h264.mp4',
  'mpeg4.avi',
  'mpeg1.ts',
  'mpeg2.mpg',
  'animated.apng',
  'picture.gif',
  'vfr.mkv',
  'raw.h264',
]

async function bothDecoders(path: string, options: DecodeOptions = {}): Promise<Frames> {
  const [ours, spawned] = await Promise.all([
    readFrames(path, { ...options, decoder: 'node-av' }),
    readFrames(path, { ...options, decoder: 'ffmpeg' }),
  ])
  expect(spawned.pixels.shape).toEqual(ours.pixels.shape)
  expect(hashFrames(spawned.pixels)).toBe(hashFrames(ours.pixels))
  // Times of an elementary stream are counted up by each decoder, in different units.
  const [spawnedTimes, ourTimes] = path.endsWith('.h264') ? [] : [spawned.timestamps, ours.timestamps]
  expect(spawnedTimes).toEqual(ourTimes)
  // Where the container has no rate, it is FFmpeg's estimate, which differs between versions.
  const [spawnedRate = 0, ourRate = 0] = /\.(ts|mpg|gif|h264)$/.test(path) ? [] : [spawned.fps, ours.fps]
  expect(spawnedRate).toBeCloseTo(ourRate, 9)
  return ours
}

describe.skipIf(!hasFfmpeg)('node-av and a spawned ffmpeg give the same bytes and times', () => {
  const folder = temporaryFolder()
  afterAll(() => rmSync(folder, { recursive: true }))

  // All in one run of ffmpeg, whose start takes longer than most of them; sound has an input of its own.
  beforeAll(() => {
    const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=512x512:rate=12,format=rgb24']
    const sound = ['-f', 'lavfi', '-i', 'sine=d=2']
    const outputs = Object.values(cases).map(([file, args, width, height, frames]) => {
      const [filters, codec] = args[0] === '-vf' ? [`,${args[1]}`, args.slice(2)] : ['', args]
      const streams = file === 'sound.mov' ? ['-map', '0:v', '-map', '1:a'] : ['-map', '0:v']
      const cropped = ['-vf', `crop=${width}:${height}${filters}`]
      return [...streams, ...cropped, ...codec, '-frames:v', String(frames), join(folder, file)]
    })
    ffmpegAll([...picture, ...sound], outputs)
  })

  it.each(Object.entries(cases))('%s', async (_, [file, , width, height, frames]) => {
    const path = join(folder, file)
    const all = await bothDecoders(path)
    expect(all.pixels.shape).toEqual([frames, height, width, 3])
    expect(all.timestamps?.[0]).toBe(0)
    // What the program leaves out it chooses among decoded frames: by one kind of each container here, by all in a full run.
    const read = full || windowed.includes(file) ? bothDecoders : readFrames
    const window = await read(path, { window: { start: 1, stride: 2, count: 'all' } })
    expect(hashFrames(window.pixels)).toBe(hashFrames(all.pixels.lo(1, 0, 0, 0).step(2, 1, 1, 1)))
    expect(await countFrames(path)).toBe(frames)
    const [probed, spawned] = await Promise.all([
      probeVideo(path, { decoder: 'node-av' }),
      probeVideo(path, { decoder: 'ffmpeg' }),
    ])
    const stable = { durationSeconds: undefined, fps: undefined }
    expect({ ...spawned, ...stable }).toEqual({ ...probed, ...stable })
  })

  it.each(['vfr.mkv', 'picture.gif', 'h264.mp4'])('%s resampled and counted', async (file) => {
    await bothDecoders(join(folder, file), { fps: 5 })
    await bothDecoders(join(folder, file), { fps: 30, window: { start: 2, stride: 3, count: 4 } })
    expect(await countFrames(join(folder, file), { decoder: 'ffmpeg' })).toBe(await countFrames(join(folder, file)))
  })

  describe('rotation metadata is applied', () => {
    const upright = join(folder, 'upright.mp4')
    beforeAll(() => ffmpeg(...testPicture(66, 48, 3), '-c:v', 'libx264rgb', '-qp', '0', upright))
    it.each([90, 180, 270])('%i degrees', async (degrees) => {
      const path = join(folder, `turned-${degrees}.mp4`)
      // ffmpeg 5.1 writes this option as a counter-clockwise turn of the stored picture.
      ffmpeg('-i', upright, '-c', 'copy', '-metadata:s:v', `rotate=${degrees}`, path)
      const turned = await bothDecoders(path)
      expect((await probeVideo(path)).rotation).toBe(360 - degrees)
      // ffmpeg's own turn; the video is RGB, so turning before or after the conversion is the same.
      const reference = join(folder, `reference-${degrees}.mkv`)
      ffmpeg('-i', path, '-c:v', 'ffv1', '-pix_fmt', 'bgr0', reference)
      expect(hashFrames(turned.pixels)).toBe(hashFrames((await readFrames(reference)).pixels))
      expect(turned.pixels.shape).toEqual(degrees === 180 ? [3, 48, 66, 3] : [3, 66, 48, 3])
    })
  })
})

describe.skipIf(!hasFfmpeg || !hasShared('data', 'interdyn-examples'))('real clips, both decoders', () => {
  it.each(['102979/video.webm', '102979/mask_hand.webm', '8445/video.webm', '19977/mask_hand.webm'])(
    '%s',
    async (file) => {
      const path = sharedPath('data', 'interdyn-examples', ...file.split('/'))
      const ours = await readFrames(path, { decoder: 'node-av' })
      const spawned = await readFrames(path, { decoder: 'ffmpeg' })
      expect(hashFrames(spawned.pixels)).toBe(hashFrames(ours.pixels))
      expect(ours.pixels.shape[0]).toBe(28)
      expect(ours.fps).toBe(12)
    },
  )

  // The second is long and large.
  it.each(['carphone/carphone_pristine.mp4', ...(full ? ['cotracker-clips/apple.mp4'] : [])])('%s', async (file) => {
    const path = sharedPath('data', ...file.split('/'))
    const window = { start: 3, stride: 5, count: 4 }
    const ours = await readFrames(path, { decoder: 'node-av', window })
    const spawned = await readFrames(path, { decoder: 'ffmpeg', window })
    expect(hashFrames(spawned.pixels)).toBe(hashFrames(ours.pixels))
    expect(spawned.timestamps).toEqual(ours.timestamps)
  })
})
