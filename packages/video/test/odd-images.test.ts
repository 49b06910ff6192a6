import { mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import sharp from 'sharp'
import { afterAll, describe, expect, it } from 'vitest'

import { hashFrames, listImages, probeVideo, readFrames, readImage, type VideoWarning } from '../src/index.ts'
import { failure } from './failure.ts'
import { temporaryFolder } from './ffmpeg-fixture.ts'
import { smoothFrames } from './noise.ts'

const folder = temporaryFolder()
afterAll(() => rmSync(folder, { recursive: true }))
const written = (name: string, bytes: Uint8Array | string): string => {
  writeFileSync(join(folder, name), bytes)
  return join(folder, name)
}
const raw = { raw: { width: 40, height: 32, channels: 3 as const } }
const picture = () => sharp(Uint8Array.from(smoothFrames(1, 32, 40).data), raw)

async function readWith(path: string) {
  const warnings: VideoWarning[] = []
  const image = await readImage(path, { onWarning: (warning) => warnings.push(warning) })
  return { hash: hashFrames(image), warnings }
}

/** Puts bytes before the marker of that code. */
function before(jpeg: Buffer, code: number, strays: Uint8Array): Buffer {
  const at = jpeg.lastIndexOf(Buffer.from([0xff, code]))
  return Buffer.concat([jpeg.subarray(0, at), strays, jpeg.subarray(at)])
}

describe('bytes in a JPEG that belong to nothing', () => {
  it.each([
    ['the tables', 0xc4, 'odd-c4.jpg: 5 stray bytes between its segments were passed over'],
    ['the frame header', 0xc0, 'odd-c0.jpg: 5 stray bytes between its segments were passed over'],
    ['the scan', 0xda, 'odd-da.jpg: 5 stray bytes between its segments were passed over'],
  ])('before %s: the picture is whole, and a warning says so', async (_, code, message) => {
    const jpeg = await picture().jpeg({ quality: 90 }).toBuffer()
    const whole = await readWith(written('whole.jpg', jpeg))
    expect(whole.warnings).toEqual([])
    const odd = before(jpeg, code, Buffer.from([1, 0, 2, 0xff, 0]))
    const found = await readWith(written(`odd-${code.toString(16)}.jpg`, odd))
    expect(found).toEqual({ hash: whole.hash, warnings: [{ code: 'stray-bytes', message }] })
  })
  it('bytes after the coded data are not decoded', async () => {
    const jpeg = await picture().jpeg({ quality: 90 }).toBuffer()
    const whole = await readWith(written('whole.jpg', jpeg))
    const odd = before(jpeg, 0xd9, Buffer.from([1, 0, 2, 0xff, 0]))
    expect((await readWith(written('odd.jpg', odd))).hash).toBe(whole.hash)
  })
  it('a header of another version than was ever made', async () => {
    const jpeg = await picture().jpeg({ quality: 90 }).toBuffer()
    const whole = await readWith(written('whole.jpg', jpeg))
    const header = Buffer.from([0xff, 0xe0, 0, 16, ...Buffer.from('JFIF\0'), 7, 3, 0, 0, 1, 0, 1, 0, 0])
    const odd = Buffer.concat([jpeg.subarray(0, 2), header, jpeg.subarray(2)])
    const found = await readWith(written('version.jpg', odd))
    expect([found.hash, found.warnings.map(({ message }) => message)]).toEqual([
      whole.hash,
      [expect.stringMatching(/^version\.jpg: .*unknown JFIF revision/)],
    ])
  })
  it('fill bytes are no strays; progressive scans are followed', async () => {
    const jpeg = await picture().jpeg({ progressive: true, mozjpeg: false }).toBuffer()
    const filled = before(jpeg, 0xda, Buffer.from([0xff, 0xff, 0xff]))
    expect((await readWith(written('filled.jpg', filled))).warnings).toEqual([])
    const odd = await readWith(written('odd.jpg', before(jpeg, 0xc4, Buffer.from([7]))))
    expect(odd.hash).toBe((await readWith(written('whole.jpg', jpeg))).hash)
  })
  it('a JPEG that was cut or scratched fails, strays or not', async () => {
    const jpeg = await picture().jpeg({ quality: 95 }).toBuffer()
    const odd = before(jpeg, 0xc4, Buffer.from([1, 2, 3]))
    for (const bytes of [jpeg, odd])
      for (const share of [0.6, 0.8, 0.95]) {
        const error = await failure(readImage(written('cut.jpg', bytes.subarray(0, Math.floor(bytes.length * share)))))
        expect([error.code, share]).toEqual(['damaged', share])
      }
    const scratched = Buffer.from(odd)
    scratched.fill(0xff, scratched.length - 120, scratched.length - 100)
    expect((await failure(readImage(written('scratched.jpg', scratched)))).code).toBe('damaged')
  })
  it('many images are told of once', async () => {
    mkdirSync(join(folder, 'many'))
    const odd = before(await picture().jpeg().toBuffer(), 0xc4, Buffer.from([1]))
    for (const i of [0, 1, 2]) written(`many/${i}.jpg`, odd)
    const warnings: VideoWarning[] = []
    await readFrames(join(folder, 'many'), { onWarning: (warning) => warnings.push(warning) })
    expect(warnings.map(({ message }) => message)).toEqual([
      '0.jpg: 1 stray bytes between its segments were passed over (and 2 more images)',
    ])
  })
})

describe('pictures that are not read are named', () => {
  it('by ending, in a folder that has no other', async () => {
    mkdirSync(join(folder, 'bitmaps'))
    for (const name of ['a.bmp', 'b.bmp', 'c.jxl']) written(`bitmaps/${name}`, 'x')
    const error = await failure(readFrames(join(folder, 'bitmaps')))
    expect([error.code, error.found]).toEqual(['no-frames', '2 .bmp files and 1 .jxl file (not read)'])
  })
  it('by ending, beside frames, as a warning', async () => {
    mkdirSync(join(folder, 'beside'))
    written('beside/a.webp', await picture().webp({ lossless: true }).toBuffer())
    written('beside/b.bmp', 'x')
    const warnings: VideoWarning[] = []
    const images = await listImages(join(folder, 'beside'), { onWarning: (warning) => warnings.push(warning) })
    expect(images).toHaveLength(1)
    expect(warnings).toEqual([{ code: 'not-read', message: 'beside the frames, 1 .bmp file (not read)' }])
    expect(await probeVideo(join(folder, 'beside'))).toMatchObject({ codec: 'webp', width: 40, height: 32 })
  })
  it.each([
    ['BMP', Buffer.from('BM\x46\0\0\0\0\0\0\0', 'latin1')],
    ['GIF', Buffer.from('GIF89a\x01\0\x01\0', 'latin1')],
    ['HEIF or AVIF', Buffer.from('\0\0\0\x1cftypavif', 'latin1')],
  ])('by content: %s', async (name, bytes) => {
    const error = await failure(readImage(written('other.png', bytes)))
    expect([error.code, error.found]).toEqual(['not-a-video', `a ${name} image, which is not read`])
  })
  it('several pages, floats and other colour spaces', async () => {
    const pages = await sharp(Uint8Array.from(smoothFrames(1, 32, 40).data), { raw: { ...raw.raw, pageHeight: 16 } })
      .webp({ lossless: true })
      .toBuffer()
    expect((await failure(readImage(written('pages.webp', pages)))).found).toBe('2 pages')
    const floats = await picture().toColourspace('scrgb').tiff({ compression: 'none' }).toBuffer()
    expect((await failure(readImage(written('floats.tif', floats)))).code).toBe('unsupported')
    const lab = await picture().toColourspace('lab').tiff({ compression: 'none' }).toBuffer()
    expect((await failure(readImage(written('lab.tif', lab)))).code).toBe('unsupported')
  })
})

describe('limits', () => {
  it.each(['png', 'jpeg', 'webp', 'tiff'] as const)(
    'a %s of 67 million pixels is refused before it is unpacked',
    async (format) => {
      // Within WebP's 16383 pixels a side.
      const large = sharp({ create: { width: 8192, height: 8192, channels: 3, background: 'red' } })
      const path = written(
        `large.${format}`,
        await large.toFormat(format, { effort: 1, compressionLevel: 1 }).toBuffer(),
      )
      const error = await failure(readImage(path))
      expect(error.message).toBe(
        `${path}: expected at most 33554432 pixels a frame (100663296 bytes of RGB), found 8192×8192 (width × height), 201326592 bytes`,
      )
      rmSync(path)
    },
    60_000,
  )
  it('a file of more bytes than any picture needs is not read', async () => {
    const path = written('huge.png', '')
    truncateSync(path, 2 ** 29 + 1)
    const error = await failure(readImage(path))
    expect([error.code, error.sentence]).toEqual([
      'too-large',
      'expected a file of at most 536870912 bytes, found 536870913 bytes',
    ])
    rmSync(path)
  })
  it('frames of a clip, in bytes, with the way to raise it', async () => {
    mkdirSync(join(folder, 'clip'))
    for (const i of [0, 1, 2]) written(`clip/${i}.png`, await picture().png().toBuffer())
    const error = await failure(readFrames(join(folder, 'clip'), { maxBytes: 10_000 }))
    expect([error.code, error.message]).toEqual([
      'too-large',
      expect.stringMatching(
        /at most 10000 bytes of decoded frames in memory, found 3 frames of 3840 bytes; .*maxBytes/,
      ),
    ])
    expect((await readFrames(join(folder, 'clip'), { maxBytes: 11_520 })).pixels.shape[0]).toBe(3)
  })
})
