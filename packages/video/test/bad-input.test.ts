// oxlint-disable vitest/expect-expect -- `refuses` asserts
import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import {
  probeVideo,
  readFrames,
  readImage,
  streamFrames,
  writeLossless,
  writePngFolder,
  writePreview,
  type DecoderChoice,
  type DecodeOptions,
} from '../src/index.ts'
import { failure } from './failure.ts'
import { ffmpeg, hasFfmpeg, temporaryFolder, testPicture } from './ffmpeg-fixture.ts'
import { noiseFrames, smoothFrames } from './noise.ts'

const folder = temporaryFolder()
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const at = (name: string): string => join(folder, name)
const written = (name: string, content: string | Uint8Array): string => {
  writeFileSync(at(name), content)
  return at(name)
}

async function refuses(path: string, code: string, message: RegExp, options: DecodeOptions = {}): Promise<void> {
  const decoders: DecoderChoice[] = hasFfmpeg ? ['node-av', 'ffmpeg'] : ['node-av']
  for (const decoder of decoders) {
    const error = await failure(readFrames(path, { ...options, decoder }))
    expect({ decoder, code: error.code, message: error.message }).toEqual({
      decoder,
      code,
      message: expect.stringMatching(message),
    })
    expect(error.message).toContain(path)
  }
}

/** The first half of a file. */
function cut(source: string, name: string, share = 0.5): string {
  const bytes = readFileSync(source)
  return written(name, bytes.subarray(0, Math.floor(bytes.length * share)))
}

beforeAll(async () => {
  await writeLossless(at('good.mkv'), { pixels: noiseFrames(10, 24, 32), fps: 12 })
  await writePreview(at('good.mp4'), { pixels: smoothFrames(30, 96, 128), fps: 12 })
  await writePngFolder(at('good'), { pixels: noiseFrames(5, 24, 32), fps: undefined })
})

describe('what is not a video', () => {
  it('nothing at the path', () =>
    refuses(at('missing.mp4'), 'not-found', /expected a video file or a folder of images, found nothing/))
  it('an empty file', () => refuses(written('empty.mp4', ''), 'empty', /found an empty file \(0 bytes\)/))
  it('text', () =>
    refuses(
      written('text.mp4', 'hello '.repeat(1000)),
      'not-a-video',
      /expected a video file, found something FFmpeg cannot open/,
    ))
  it('noise', () => refuses(written('noise.webm', noiseFrames(1, 100, 100).data), 'not-a-video', /expected a video/))
  it('a single byte', () => refuses(written('byte.mkv', 'a'), 'not-a-video', /expected a video/))
  it('an image, by another name', async () => {
    const png = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
      .png()
      .toBuffer()
    await refuses(written('image.mp4', png), 'not-a-video', /expected a video file/)
  })
  it.skipIf(!hasFfmpeg)('a container that was cut before its index', () => {
    ffmpeg(...testPicture(64, 48, 12), '-c:v', 'libx264', '-pix_fmt', 'yuv420p', at('index-last.mp4'))
    return refuses(cut(at('index-last.mp4'), 'no-index.mp4'), 'truncated', /expected a file of \d+ bytes, found \d+/)
  })
  it.skipIf(!hasFfmpeg)('sound alone, also with a cover picture', async () => {
    ffmpeg('-f', 'lavfi', '-i', 'sine=duration=1', '-t', '1', at('sound.mp4'))
    await refuses(at('sound.mp4'), 'not-a-video', /1 streams, none of them video/)
    ffmpeg(...testPicture(64, 48, 1), at('cover.jpg'))
    ffmpeg(
      '-i',
      at('sound.mp4'),
      '-i',
      at('cover.jpg'),
      '-map',
      '0',
      '-map',
      '1',
      '-c',
      'copy',
      '-disposition:v:0',
      'attached_pic',
      at('cover.m4a'),
    )
    await refuses(at('cover.m4a'), 'not-a-video', /2 streams, none of them video/)
  })
  it('a device', async () => {
    const error = await failure(probeVideo('/dev/null'))
    expect(error.code).toBe('not-readable')
  })
})

describe('too little of a video', () => {
  it('zero frames', async () => {
    const header = readFileSync(at('good.mkv'))
    const clusterStart = header.indexOf(Buffer.from([0x1f, 0x43, 0xb6, 0x75]))
    await refuses(written('header.mkv', header.subarray(0, clusterStart)), 'truncated', /nothing could be decoded/)
    if (!hasFfmpeg) return
    ffmpeg(...testPicture(64, 48, 0), '-c:v', 'ffv1', at('no-frames.mkv'))
    await refuses(at('no-frames.mkv'), 'no-frames', /expected frames, found/)
  })
  it('fewer frames than asked', () =>
    refuses(at('good.mkv'), 'too-few-frames', /expected 6 frames from 0 with stride 2, found 10 frames in all/, {
      window: { start: 0, stride: 2, count: 6 },
    }))
  it('a start past the end', () =>
    refuses(at('good.mkv'), 'too-few-frames', /expected all frames from 10 with stride 1, found 10/, {
      window: { start: 10, stride: 1, count: 'all' },
    }))
  it.each([0.3, 0.6, 0.9])('a lossless video of which %f is there', async (share) => {
    const error = await failure(readFrames(cut(at('good.mkv'), `cut-${share}.mkv`, share)))
    expect(error.code).toBe('truncated')
    expect(error.message).toMatch(/expected a file of \d+ bytes, found \d+; \d+ frames could be decoded/)
    expect(error.sentence).toBe(error.message.slice(error.where.length + 2))
  })
  it.each([0.5, 0.8])('an mp4 with its index in front of which %f is there', async (share) => {
    const error = await failure(readFrames(cut(at('good.mp4'), `cut-${share}.mp4`, share)))
    expect(error.code).toBe('truncated')
  })
  it('frames before the cut can still be read', async () => {
    const path = cut(at('good.mkv'), 'cut-late.mkv', 0.8)
    const { pixels } = await readFrames(path, { window: { start: 0, stride: 1, count: 3 } })
    expect(pixels.data).toEqual(noiseFrames(10, 24, 32).data.subarray(0, 3 * 24 * 32 * 3))
  })
  it.each(hasFfmpeg ? ['webm', 'gif', 'avi', 'mov'] : [])('half of a %s', async (extension) => {
    const codec =
      {
        webm: ['-c:v', 'libvpx-vp9'],
        gif: [],
        avi: ['-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p'],
        mov: ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-movflags', '+faststart'],
      }[extension] ?? []
    const whole = at(`whole.${extension}`)
    ffmpeg(...testPicture(128, 96, 24), ...codec, whole)
    for (const decoder of ['node-av', 'ffmpeg'] as const) {
      const error = await failure(readFrames(cut(whole, `half.${extension}`), { decoder }))
      expect(error.code).toBe('truncated')
    }
    expect((await readFrames(whole)).pixels.shape[0]).toBe(24)
  })
  it('bytes overwritten in the middle', async () => {
    const bytes = readFileSync(at('good.mkv'))
    bytes.fill(0x55, Math.floor(bytes.length * 0.5), Math.floor(bytes.length * 0.5) + 300)
    const error = await failure(readFrames(written('scratched.mkv', bytes)))
    expect(error.code).toBe('damaged')
    expect(error.message).toMatch(/frame \d+/)
  })
})

describe('hostile files', () => {
  const hostile = 'YUV4MPEG2 W100000 H100000 F12:1 Ip A1:1 C420jpeg\nFRAME\n'
  it('a header of 100000×100000 pixels', async () => {
    // FFmpeg's own reader of this format already refuses the size, without saying so.
    const error = await failure(readFrames(written('giant.y4m', hostile + 'x'.repeat(5000))))
    expect(['too-large', 'not-a-video']).toContain(error.code)
  })
  it('a Matroska header of 100000×100000 pixels', async () => {
    const bytes = readFileSync(at('good.mkv'))
    // PixelWidth (B0) and PixelHeight (BA) are one byte each, 32 and 24; made three bytes long over the following void.
    const patched = patchMatroskaSize(bytes, 100000, 100000)
    await refuses(written('giant.mkv', patched), 'too-large', /at most 33554432 pixels a frame .*found 100000×100000/)
  })
  it('a PNG header of 100000×100000 pixels', async () => {
    const png = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
      .png()
      .toBuffer()
    png.writeUInt32BE(100000, 16)
    png.writeUInt32BE(100000, 20)
    png.writeUInt32BE(crc32(png.subarray(12, 29)), 29)
    mkdirSync(at('giant'))
    written('giant/frame.png', png)
    expect((await failure(readFrames(at('giant')))).code).toBe('too-large')
    expect((await failure(probeVideo(at('giant')))).code).toBe('too-large')
  })
  it.each([
    ['an HLS playlist', `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n${join(folder, 'good.mp4')}\n#EXT-X-ENDLIST\n`],
    ['a concat script', `ffconcat version 1.0\nfile good.mp4\n`],
    ['a DASH manifest', `<?xml version="1.0"?>\n<MPD type="static"><Period/></MPD>`],
  ])('%s is not followed', async (_, text) => {
    for (const name of ['list.mp4', 'list.m3u8', 'list.ffconcat']) {
      await refuses(written(name, text), 'unsupported', /found a playlist; it could name other files/)
    }
  })
  it('a playlist that hides from the check is not followed by the decoder either', () =>
    refuses(
      written('late.m3u8', `${' '.repeat(600)}#EXTM3U\n#EXTINF:1,\n${join(folder, 'good.mp4')}\n`),
      'not-a-video',
      /expected a video/,
    ))
  it('addresses and patterns are file names', async () => {
    for (const name of [
      'http://127.0.0.1:9/a.mp4',
      `concat:${at('good.mkv')}|${at('good.mkv')}`,
      at('good/frame_%04d.png'),
      'pipe:0',
      `subfile,,start,0,end,0,,:${at('good.mkv')}`,
    ]) {
      expect((await failure(readFrames(name))).code).toBe('not-found')
    }
    if (!hasFfmpeg) return
    const odd = join(folder, 'frame:%04d "x".mkv')
    await writeLossless(odd, { pixels: noiseFrames(2, 8, 8), fps: 5 })
    for (const decoder of ['node-av', 'ffmpeg'] as const)
      expect((await readFrames(odd, { decoder })).pixels.shape[0]).toBe(2)
  })
  it('an SVG by the name of a PNG is not drawn', async () => {
    mkdirSync(at('svg'))
    written(
      'svg/a.png',
      '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><image href="../good/frame_0000.png"/></svg>',
    )
    expect((await failure(readFrames(at('svg')))).code).toBe('not-a-video')
  })
})

describe('folders of images', () => {
  it('an empty folder', async () => {
    mkdirSync(at('none'))
    await refuses(at('none'), 'no-frames', /expected PNG, JPEG, WebP or TIFF files, found an empty folder/)
    written('none/notes.txt', 'no image')
    await refuses(at('none'), 'no-frames', /found 1 other entries/)
  })
  it('images of different sizes', async () => {
    await writePngFolder(at('mixed'), { pixels: noiseFrames(2, 24, 32), fps: undefined })
    await sharp({ create: { width: 30, height: 24, channels: 3, background: 'red' } })
      .png()
      .toFile(at('mixed/frame_0002.png'))
    const error = await failure(readFrames(at('mixed')))
    expect(error.code).toBe('mixed-sizes')
    expect(error.message).toMatch(/frame_0002\.png: expected 24×32 \(height × width\), as the first, found 24×30/)
    expect((await readFrames(at('mixed'), { window: { start: 0, stride: 1, count: 2 } })).pixels.shape[0]).toBe(2)
  })
  it('too few images', () =>
    refuses(at('good'), 'too-few-frames', /expected 3 frames from 0 with stride 3, found 5 frames in all/, {
      window: { start: 0, stride: 3, count: 3 },
    }))
  it('a rate', () =>
    refuses(at('good'), 'unsupported', /expected a video with timestamps for fps 5, found a folder of images/, {
      fps: 5,
    }))
  it('cut, empty and false images', async () => {
    await writePngFolder(at('damaged'), { pixels: noiseFrames(3, 64, 64), fps: undefined })
    truncateSync(at('damaged/frame_0001.png'), 3000)
    const error = await failure(readFrames(at('damaged')))
    expect(error.code).toBe('damaged')
    expect(error.message).toContain('frame_0001.png: expected a whole image')
    truncateSync(at('damaged/frame_0001.png'), 0)
    expect((await failure(readFrames(at('damaged')))).code).toBe('empty')
    written('damaged/frame_0001.png', 'text')
    expect((await failure(readFrames(at('damaged')))).code).toBe('not-a-video')
    expect((await failure(readImage(at('damaged/missing.png')))).code).toBe('not-found')
  })
  it('a dangling link', async () => {
    mkdirSync(at('links'))
    symlinkSync('nowhere.png', at('links/a.png'))
    expect((await failure(readFrames(at('links')))).code).toBe('not-found')
  })
  it.skipIf(process.getuid?.() === 0)('an unreadable folder and file', async () => {
    mkdirSync(at('locked'))
    chmodSync(at('locked'), 0)
    expect((await failure(readFrames(at('locked')))).code).toBe('not-readable')
    written('locked.mp4', 'x')
    chmodSync(at('locked.mp4'), 0)
    expect((await failure(readFrames(at('locked.mp4')))).code).toBe('not-readable')
  })
})

describe('senseless requests', () => {
  it.each([
    { window: { start: -1, stride: 1, count: 1 } },
    { window: { start: 0, stride: 0, count: 1 } },
    { window: { start: 0, stride: 1, count: 0 } },
    { window: { start: 0.5, stride: 1, count: 'all' as const } },
    { fps: 0 },
    { fps: Number.NaN },
  ])('%j', async (options) => {
    for (const path of [at('good.mkv'), at('good')])
      expect((await failure(readFrames(path, options))).code).toBe('bad-window')
  })
  it('more frames than allowed', async () => {
    expect((await failure(readFrames(at('good.mkv'), { maxFrames: 9 }))).code).toBe('too-large')
    expect((await readFrames(at('good.mkv'), { maxFrames: 10 })).pixels.shape[0]).toBe(10)
  })
  it('a window of more pixels than memory is refused before it is gathered', async () => {
    const error = await failure(readFrames(at('good.mkv'), { window: { start: 0, stride: 1, count: 1e9 } }))
    expect(error.code).toBe('too-large')
  })
  it('an abort ends the reading with its reason', async () => {
    for (const decoder of ['node-av', 'ffmpeg'] as const) {
      if (decoder === 'ffmpeg' && !hasFfmpeg) continue
      const controller = new AbortController()
      const reading = (async () => {
        for await (const { index } of streamFrames(at('good.mp4'), { decoder, signal: controller.signal })) {
          if (index === 2) controller.abort(new Error('enough'))
        }
      })()
      await expect(reading).rejects.toThrow('enough')
    }
  })
})

describe('writing', () => {
  const frames = { pixels: noiseFrames(2, 8, 8), fps: 12 }
  it('where no file can be', async () => {
    for (const path of [at('good.mp4/clip'), at('no/such/folder/clip')]) {
      expect((await failure(writeLossless(`${path}.mkv`, frames))).code).toBe('write-failed')
      expect((await failure(writePreview(`${path}.mp4`, frames))).code).toBe('write-failed')
    }
    expect((await failure(writePngFolder(at('good.mp4/clip'), frames))).code).toBe('write-failed')
  })
  it('nothing, or by the wrong name', async () => {
    expect((await failure(writeLossless(at('a.mkv'), { pixels: noiseFrames(0, 8, 8), fps: 12 }))).code).toBe(
      'no-frames',
    )
    expect((await failure(writeLossless(at('a.mp4'), frames))).message).toMatch(
      /expected a file name ending in \.mkv, found a\.mp4/,
    )
  })
  it.skipIf(!hasFfmpeg)('over the frames of another video', async () => {
    expect((await failure(writePngFolder(at('good'), frames))).message).toMatch(/the folder already holds 5 images/)
  })
})

/** CRC-32 of PNG chunks. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return (crc ^ 0xffffffff) >>> 0
}

/** A number of three bytes as a Matroska element's content, its length before it. */
function sizeBytes(value: number): number[] {
  return [0x83, (value >> 16) & 255, (value >> 8) & 255, value & 255]
}

/** The same file with another size in its video track. Elements grow, so the sizes of those around them grow too. */
function patchMatroskaSize(bytes: Buffer, width: number, height: number): Buffer {
  const old = Buffer.from([0xb0, 0x81, 32, 0xba, 0x81, 24])
  const place = bytes.indexOf(old)
  if (place < 0) throw new Error('no size found in the track header')
  const grown = Buffer.from([0xb0, ...sizeBytes(width), 0xba, ...sizeBytes(height)])
  const extra = grown.length - old.length
  const patched = Buffer.concat([bytes.subarray(0, place), grown, bytes.subarray(place + old.length)])
  for (const id of [[0x16, 0x54, 0xae, 0x6b], [0xae], [0xe0]]) {
    const element = patched.indexOf(
      Buffer.from(id),
      id.length === 1 ? patched.indexOf(Buffer.from([0x16, 0x54, 0xae, 0x6b])) + 4 : 0,
    )
    addToSize(patched, element + id.length, extra)
  }
  return patched
}

function addToSize(bytes: Buffer, at: number, extra: number): void {
  const length = Math.clz32(bytes[at]) - 23
  bytes.writeUIntBE(bytes.readUIntBE(at, Math.min(length, 6)) + extra, at, Math.min(length, 6))
}
