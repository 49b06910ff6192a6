// oxlint-disable vitest/expect-expect -- `oursOrDone` asserts
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import {
  array,
  assert,
  asyncProperty,
  constantFrom,
  double,
  nat,
  oneof,
  property,
  uint8Array,
  type Arbitrary,
} from 'fast-check'
import { isError } from '@kinemetric/files'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { declaredEnd } from '../src/containers/declared-end.ts'
import { FrameTimes } from '../src/decoders/frame-times.ts'
import { orientationOf } from '../src/decoders/display-matrix.ts'
import { stripStrays } from '../src/images/strip-strays.ts'
import { countFrames, probeVideo, readFrames, readImage, writeLossless, writePreview } from '../src/index.ts'
import { ffmpeg, hasFfmpeg, temporaryFolder, testPicture } from './ffmpeg-fixture.ts'
import { noiseFrames, smoothFrames } from './noise.ts'

const folder = temporaryFolder()
afterAll(() => rmSync(folder, { recursive: true }))
const at = (name: string): string => join(folder, name)
const seeds = new Map<string, Buffer>()
const fixed = { seed: 1028 }

/** What is done to a whole file: bytes overwritten, a part taken out or doubled, the end cut off. */
const changes = array(
  oneof(
    { arbitrary: constantFrom(['set'] as const), weight: 4 },
    { arbitrary: constantFrom(['cut', 'remove', 'double'] as const), weight: 1 },
  ).chain((kinds) => constantFrom(...kinds)),
  { minLength: 1, maxLength: 6 },
)
const places = array(nat(2 ** 31 - 1), { minLength: 18, maxLength: 18 })

function harmed(whole: Buffer, kinds: readonly string[], numbers: readonly number[]): Buffer {
  let bytes = Buffer.from(whole)
  for (const [i, kind] of kinds.entries()) {
    if (bytes.length < 2) break
    // Headers are where parsers live: half of the changes are there.
    const span = numbers[3 * i] % 2 === 0 ? bytes.length : Math.min(bytes.length, 400)
    const place = numbers[3 * i + 1] % span
    const size = 1 + (numbers[3 * i + 2] % 64)
    if (kind === 'set') bytes[place] = [0, 1, 0x7f, 0x80, 0xff, numbers[3 * i + 2] & 255][numbers[3 * i] % 6]
    else if (kind === 'cut') bytes = bytes.subarray(0, place)
    else if (kind === 'remove') bytes = Buffer.concat([bytes.subarray(0, place), bytes.subarray(place + size)])
    else bytes = Buffer.concat([bytes.subarray(0, place + size), bytes.subarray(place)])
  }
  return bytes
}

const harm = (names: readonly string[]): Arbitrary<{ name: string; bytes: Buffer }> =>
  constantFrom(...names).chain((name) =>
    changes.chain((kinds) => places.map((numbers) => ({ name, bytes: harmed(seeds.get(name)!, kinds, numbers) }))),
  )

/** Ends with a result or with an error of ours that is the clip's, in bounded time of the processor; one that waits meets the test's own limit. */
async function oursOrDone(work: Promise<unknown>): Promise<void> {
  const started = process.cpuUsage()
  await work.catch((error: unknown) => {
    if (!isError(error, 'unfit')) throw error
  })
  expect(process.cpuUsage(started).user / 1e6).toBeLessThan(5)
}

async function readVideo({ name, bytes }: { name: string; bytes: Buffer }): Promise<void> {
  const path = at(`harmed.${name}`)
  writeFileSync(path, bytes)
  for (const read of [readFrames, countFrames, probeVideo]) await oursOrDone(read(path, { decoder: 'node-av' }))
}

async function readPicture({ name, bytes }: { name: string; bytes: Buffer }): Promise<void> {
  const path = at(`harmed.${name}`)
  writeFileSync(path, bytes)
  await oursOrDone(readImage(path))
}

/** Where a container ends by its own words: an answer, after few reads. */
async function endOf(bytes: Buffer): Promise<void> {
  let reads = 0
  const read = (position: number, length: number): Promise<Buffer> => {
    reads++
    expect(length).toBeLessThanOrEqual(2 ** 20)
    return Promise.resolve(Buffer.from(bytes.subarray(position, position + length)))
  }
  const { end = 0, missing } = await declaredEnd({ size: bytes.length, read })
  expect(end).toBeGreaterThanOrEqual(0)
  expect(missing === undefined).toBe(Number.isFinite(end))
  expect(reads).toBeLessThan(bytes.length + 20)
}

beforeAll(async () => {
  await writeLossless(at('a.mkv'), { pixels: noiseFrames(4, 16, 24), fps: 12 })
  await writePreview(at('a.mp4'), { pixels: smoothFrames(6, 32, 48), fps: 12 })
  if (hasFfmpeg) {
    for (const name of ['a.avi', 'a.gif', 'a.flv', 'a.ts']) ffmpeg(...testPicture(48, 32, 4, 25), at(name))
    ffmpeg(...testPicture(48, 32, 4), '-pix_fmt', 'yuv420p', at('a.y4m'))
    ffmpeg('-i', at('a.mp4'), '-c', 'copy', '-movflags', '+frag_keyframe+empty_moov+dash+global_sidx', at('f.mp4'))
  }
  const picture = sharp(Uint8Array.from(smoothFrames(1, 24, 32).data), { raw: { width: 32, height: 24, channels: 3 } })
  for (const format of ['png', 'jpeg', 'webp', 'tiff'] as const)
    writeFileSync(at(`a.${format}`), await picture.clone().toFormat(format).toBuffer())
  for (const name of [...videos, ...images]) seeds.set(name, readFileSync(at(name)))
})

const videos = ['a.mkv', 'a.mp4', ...(hasFfmpeg ? ['a.avi', 'a.gif', 'a.flv', 'a.ts', 'a.y4m', 'f.mp4'] : [])]
const images = ['a.png', 'a.jpeg', 'a.webp', 'a.tiff']

describe('harmed files end with an error of ours or with frames', () => {
  it('videos', async () => {
    await assert(asyncProperty(harm(videos), readVideo), { ...fixed, numRuns: 150, endOnFailure: true })
  })
  it('images', async () => {
    await assert(asyncProperty(harm(images), readPicture), { ...fixed, numRuns: 300, endOnFailure: true })
  })
})

describe('parsers of our own', () => {
  it('the end of a container: an answer, after few reads', async () => {
    await assert(
      asyncProperty(harm(videos), ({ bytes }) => endOf(bytes)),
      { ...fixed, numRuns: 1000 },
    )
    const start = constantFrom('\0\0\0\x08ftyp', '\x1aE\xdf\xa3', 'RIFF\xff\0\0\0AVI ', 'GIF89a', '\0\0\0\x08moov')
    const noise = uint8Array({ maxLength: 300 })
    const any = start.chain((text) => noise.map((rest) => Buffer.concat([Buffer.from(text, 'latin1'), rest])))
    await assert(asyncProperty(any, endOf), { ...fixed, numRuns: 1000 })
  })
  it('a file of the smallest boxes is not followed for ever', async () => {
    const box = Buffer.from('\0\0\0\x08free', 'latin1')
    let reads = 0
    const read = (): Promise<Buffer> => {
      reads++
      return Promise.resolve(Buffer.concat([box, box]))
    }
    expect(await declaredEnd({ size: 2 ** 40, read })).toEqual({ end: undefined })
    expect(reads).toBeLessThan(200_000)
  })
  it('stray bytes of a JPEG: nothing but strays is taken out', () => {
    const anyJpeg = uint8Array({ maxLength: 400 }).map((rest) => Buffer.from([0xff, 0xd8, ...rest]))
    assert(
      property(anyJpeg, (jpeg) => {
        const { bytes, strays } = stripStrays(jpeg)
        expect(bytes.length).toBe(jpeg.length - strays)
        expect(stripStrays(bytes).strays).toBe(0)
      }),
      { ...fixed, numRuns: 2000 },
    )
  })
  it('times and display matrices of any numbers', () => {
    assert(
      property(array(double(), { maxLength: 20 }), (numbers) => {
        const times = new FrameTimes()
        for (const number of numbers) times.add(number)
        expect(times.count).toBe(numbers.length)
        expect(['string', 'undefined']).toContain(typeof times.gap())
        expect(['object', 'undefined']).toContain(
          typeof orientationOf([...numbers, ...Array<number>(9).fill(0)].slice(0, 9)),
        )
      }),
      { ...fixed, numRuns: 1000 },
    )
  })
})
