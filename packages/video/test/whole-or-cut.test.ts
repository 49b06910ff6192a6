// oxlint-disable vitest/expect-expect -- `refusedAsCut` asserts
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { countFrames, readFrames, type DecoderChoice, type WarningCode } from '../src/index.ts'
import { failure } from './failure.ts'
import { ffmpegAll, hasFfmpeg, temporaryFolder, testPicture } from './ffmpeg-fixture.ts'

const folder = temporaryFolder()
afterAll(() => rmSync(folder, { recursive: true }))
const at = (name: string): string => join(folder, name)
const decoders: DecoderChoice[] = ['node-av', 'ffmpeg']
/** Both, or of three cases of each kind of file only for one: the program takes long to start. In a full run always both. */
const decodersOf = (name: string, which: number): DecoderChoice[] =>
  process.env.KINEMETRIC_FULL === '1' || names.indexOf(name) % 3 === which ? decoders : ['node-av']

const frames = 12
const h264 = ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-g', '4']
const kinds: Record<string, string[]> = {
  'last.mp4': h264,
  'first.mp4': [...h264, '-movflags', '+faststart'],
  'fragments.mp4': [...h264, '-movflags', '+frag_keyframe+empty_moov'],
  'indexed.mp4': [...h264, '-movflags', '+frag_keyframe+empty_moov+dash+global_sidx'],
  'quick.mov': ['-c:v', 'prores_ks'],
  'phone.3gp': ['-c:v', 'mpeg4'],
  'segment.mkv': ['-c:v', 'ffv1', '-g', '1', '-cluster_time_limit', '300'],
  'web.webm': ['-c:v', 'libvpx', '-b:v', '200k'],
  'old.avi': ['-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p'],
  'picture.gif': [],
}
const names = Object.keys(kinds)

/** Writes a changed copy of a file. */
function changed(name: string, change: (bytes: Buffer) => Uint8Array): string {
  writeFileSync(at(`changed-${name}`), change(readFileSync(at(name))))
  return at(`changed-${name}`)
}

/** Frames by both decoders, and the codes of what was found odd. */
async function read(path: string, by = decoders): Promise<{ counts: number[]; codes: WarningCode[] }> {
  const codes: WarningCode[] = []
  const counts: number[] = []
  for (const decoder of by) {
    const { pixels } = await readFrames(path, { decoder, onWarning: ({ code }) => codes.push(code) })
    counts.push(pixels.shape[0])
  }
  return { counts, codes }
}

async function refusedAsCut(path: string, by = decoders): Promise<void> {
  for (const decoder of by) {
    const { code, message } = await failure(readFrames(path, { decoder }))
    expect({ path, decoder, code, message }).toEqual({ path, decoder, code: 'truncated', message: expect.any(String) })
  }
  expect((await failure(countFrames(path))).code).toBe('truncated')
}

/** As QuickTime wrote files before there were types of them: without `ftyp`. */
function old(bytes: Buffer): Buffer {
  const first = bytes.readUInt32BE(0)
  bytes.write('wide', 4, 'latin1')
  bytes.fill(0, 8, first)
  return bytes
}

describe.skipIf(!hasFfmpeg)('whole or cut', () => {
  beforeAll(() => {
    const outputs = Object.entries(kinds).map(([name, options]) => [...options, '-frames:v', `${frames}`, at(name)])
    ffmpegAll(testPicture(96, 64, frames).slice(0, 4), outputs)
  })

  it.each(names)('%s is whole, and nothing is odd', async (name) => {
    expect(await read(at(name))).toEqual({ counts: [frames, frames], codes: [] })
  })
  it.each(names)('%s with bytes after its end is whole', async (name) => {
    for (const [which, tail] of ['appended by an upload tool: 2026-11-28', '\0'.repeat(700), 'GIF;'].entries()) {
      const path = changed(name, (bytes) => Buffer.concat([bytes, Buffer.from(tail)]))
      const by = decodersOf(name, which)
      expect({ name, tail, ...(await read(path, by)) }).toEqual({
        name,
        tail,
        counts: by.map(() => frames),
        codes: by.map(() => 'after-the-end'),
      })
    }
  })
  it.each(names)('%s that was cut is refused, wherever', async (name) => {
    const size = readFileSync(at(name)).length
    for (const [which, share] of [0.35, 0.6, 0.85].entries())
      await refusedAsCut(
        changed(name, (bytes) => bytes.subarray(0, Math.floor(size * share))),
        decodersOf(name, which),
      )
  })
  it('boxes of types that nobody knows, between the others, are no end', async () => {
    const unknown = Buffer.from('\0\0\0\x20news what a writer keeps to itself', 'latin1').subarray(0, 32)
    const path = changed('last.mp4', (bytes) => {
      const moov = bytes.indexOf('moov') - 4
      bytes.write('olds', bytes.indexOf('free'), 'latin1')
      return Buffer.concat([bytes.subarray(0, moov), unknown, bytes.subarray(moov)])
    })
    expect(await read(path)).toEqual({ counts: [frames, frames], codes: [] })
    const cut = readFileSync(path)
    await refusedAsCut(changed('last.mp4', () => cut.subarray(0, cut.indexOf('news') - 4)))
  })
  it('fragments that end where one ended are cut where the index lists more', async () => {
    const path = changed('indexed.mp4', (bytes) => bytes.subarray(0, bytes.lastIndexOf('moof') - 4))
    await refusedAsCut(path)
  })
  it('a segment that ends where a cluster ended is cut, for its duration says more', async () => {
    const path = changed('segment.mkv', (bytes) => {
      const cluster = Buffer.from([0x1f, 0x43, 0xb6, 0x75])
      return bytes.subarray(0, bytes.lastIndexOf(cluster))
    })
    await refusedAsCut(path)
  })
  it('a Matroska segment whose size is too large by some bytes is whole', async () => {
    const path = changed('segment.mkv', (bytes) => {
      const size = bytes.indexOf(Buffer.from([0x18, 0x53, 0x80, 0x67])) + 4
      expect(bytes[size]).toBe(0x01)
      bytes.writeUInt32BE(bytes.readUInt32BE(size + 4) + 30, size + 4)
      return bytes
    })
    expect(await read(path)).toEqual({ counts: [frames, frames], codes: ['wrong-size', 'wrong-size'] })
  })
  it('a media box that claims more bytes than it has is whole where every frame is there', async () => {
    const path = changed('first.mp4', (bytes) => {
      const box = bytes.indexOf('mdat') - 4
      bytes.writeUInt32BE(bytes.readUInt32BE(box) + 1000, box)
      return bytes
    })
    expect(await read(path)).toEqual({ counts: [frames, frames], codes: ['wrong-size', 'wrong-size'] })
  })
  it('an AVI whose outer and inner sizes are too large is whole where every frame is there', async () => {
    const path = changed('old.avi', (bytes) => {
      bytes.writeUInt32LE(bytes.readUInt32LE(4) + 4096, 4)
      const movi = bytes.indexOf('movi') - 4
      const index = bytes.lastIndexOf('idx1')
      // Without an index, the list of frames runs to the end and beyond.
      bytes.writeUInt32LE(bytes.readUInt32LE(movi) + 16, movi)
      return bytes.subarray(0, index)
    })
    expect(await read(path)).toEqual({ counts: [frames, frames], codes: ['wrong-size', 'wrong-size'] })
  })
  it('a QuickTime file that begins with its media, as old ones do, is cut like others', async () => {
    expect((await read(changed('quick.mov', old))).counts).toEqual([frames, frames])
    await refusedAsCut(changed('quick.mov', (bytes) => old(bytes).subarray(0, bytes.length >> 1)))
  })
})
