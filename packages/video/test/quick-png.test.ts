import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, inflateSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import { contiguous, frameArray, readFrames, writePngFolder } from '../src/index.ts'
import { quickPng } from '../src/encode/quick-png.ts'

const folder = await mkdtemp(join(tmpdir(), 'kinemetric-png-'))
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Something smooth with a sharp edge and grain. */
function picture(count: number, height: number, width: number): Uint8Array {
  const bytes = new Uint8Array(count * height * width * 3)
  let seed = 1
  for (let i = 0; i < bytes.length; i++) {
    seed = (Math.imul(seed, 1664525) + 1013904223) | 0
    const x = Math.floor(i / 3) % width
    bytes[i] = (x > width / 2 ? 200 : 40) + 0.2 * x + 20 * (i % 3) + (seed >>> 30)
  }
  return bytes
}

// PNG itself is the judge: libpng's reader by way of sharp.
test.each([
  [1, 1, 1],
  [1, 5, 1],
  [2, 1, 7],
  [3, 33, 47],
  [1, 256, 384],
])('%i frames of %i×%i come back as they were', async (count, height, width) => {
  const bytes = picture(count, height, width)
  const to = join(folder, `${count}-${height}-${width}`)
  await writePngFolder(to, { pixels: frameArray(bytes, count, height, width), fps: undefined }, { quick: true })
  const { pixels } = await readFrames(to)
  expect(pixels.shape).toEqual([count, height, width, 3])
  expect(contiguous(pixels).data).toEqual(bytes)
})

test('bytes of every value and difference come back', async () => {
  const all = Uint8Array.from(
    { length: 3 * 256 * 256 },
    (_, i) => (Math.floor(i / 3) * (1 + Math.floor(i / 768))) % 256,
  )
  await writePngFolder(join(folder, 'all'), { pixels: frameArray(all, 1, 256, 256), fps: undefined }, { quick: true })
  expect(contiguous((await readFrames(join(folder, 'all'))).pixels).data).toEqual(all)
})

test('three chunks with their checksums, nothing after them; the same pixels are the same bytes', async () => {
  const png = await quickPng(picture(1, 20, 30), 20, 30)
  expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n')
  const [types, lengths]: [string[], number[]] = [[], []]
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at)
    types.push(png.toString('latin1', at + 4, at + 8))
    expect(png.readUInt32BE(at + 8 + length)).toBe(crc32(png.subarray(at + 4, at + 8 + length)))
    lengths.push(types.at(-1) === 'IDAT' ? inflateSync(png.subarray(at + 8, at + 8 + length)).length : length)
    at += 12 + length
  }
  expect(types).toEqual(['IHDR', 'IDAT', 'IEND'])
  // A byte a row says how it was filtered.
  expect(lengths).toEqual([13, 20 * 91, 0])
  expect(await quickPng(picture(1, 20, 30), 20, 30)).toEqual(png)
})

test('it is smaller than what prepared clips are written with, on a picture like a real one', async () => {
  const [height, width] = [256, 384]
  const frames = { pixels: frameArray(picture(1, height, width), 1, height, width), fps: undefined }
  await writePngFolder(join(folder, 'small'), frames)
  const usual = (await readFile(join(folder, 'small', 'frame_0000.png'))).length
  expect((await quickPng(picture(1, height, width), height, width)).length).toBeLessThan(usual)
})
