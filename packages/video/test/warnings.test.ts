import { rmSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, describe, expect, it } from 'vitest'

import { FrameTimes } from '../src/decoders/frame-times.ts'
import { readFrames, type VideoWarning } from '../src/index.ts'
import { ffmpeg, hasFfmpeg, temporaryFolder, testPicture } from './ffmpeg-fixture.ts'

const folder = temporaryFolder()
afterAll(() => rmSync(folder, { recursive: true }))
const at = (name: string): string => join(folder, name)

/** What both decoders find odd, which has to be the same. */
async function warnings(name: string): Promise<VideoWarning[]> {
  const [ours, spawned] = await Promise.all(
    (['node-av', 'ffmpeg'] as const).map(async (decoder) => {
      const found: VideoWarning[] = []
      await readFrames(at(name), { decoder, onWarning: (warning) => found.push(warning) })
      return found
    }),
  )
  expect(spawned).toEqual(ours)
  return ours
}

function gapOf(times: readonly number[]): string | undefined {
  const watched = new FrameTimes()
  for (const time of times) watched.add(time)
  return watched.gap()
}

describe('a gap in the times of frames', () => {
  const even = Array.from({ length: 20 }, (_, i) => i / 24)
  it('is where even steps miss some', () => {
    expect(gapOf(even)).toBeUndefined()
    expect(gapOf(even.filter((_, i) => i !== 7 && i !== 8))).toBe(
      'a gap after frame 6, from 0.25 to 0.375 s: 18 frames where 20 have time, 2 missing',
    )
    expect(gapOf(even.filter((_, i) => i !== 7 && i !== 12))).toMatch(
      /^a gap after frame 6, .* \(and 1 more\): 18 .* 2 missing$/,
    )
    const rounded = even.map((time) => Math.round(1000 * time) / 1000)
    expect(gapOf(rounded)).toBeUndefined()
    expect(gapOf(rounded.filter((_, i) => i !== 3))).toMatch(/1 missing/)
  })
  it('is not known where steps are uneven, few, telecined or without times', () => {
    expect(gapOf(even.map((time) => time * time))).toBeUndefined()
    expect(gapOf([0, 1, 3])).toBeUndefined()
    expect(gapOf([])).toBeUndefined()
    const telecine = Array.from({ length: 20 }, (_, i) => Math.ceil(2.5 * i) / 60)
    expect(gapOf(telecine)).toBeUndefined()
    const untimed = new FrameTimes()
    for (let i = 0; i < 9; i++) untimed.add(undefined)
    expect([untimed.gap(), untimed.count]).toEqual([undefined, 9])
  })
})

describe.skipIf(!hasFfmpeg)('warnings of both decoders', () => {
  it('lost frames in the middle, of a stream without references', async () => {
    ffmpeg(...testPicture(64, 48, 16), '-c:v', 'ffv1', at('all.mkv'))
    expect(await warnings('all.mkv')).toEqual([])
    ffmpeg('-i', at('all.mkv'), '-c', 'copy', '-bsf:v', 'noise=drop=between(n\\,6\\,8)', at('lost.mkv'))
    expect(await warnings('lost.mkv')).toEqual([
      { code: 'gap', message: 'a gap after frame 5, from 0.417 to 0.75 s: 13 frames where 16 have time, 3 missing' },
    ])
  })
  it('a frame that stays longer in a format where each says how long is no gap', async () => {
    const pause = "setpts='if(gte(N,5),PTS+0.5/TB,PTS)'"
    ffmpeg(...testPicture(32, 24, 10, 10), '-vf', pause, '-vsync', 'passthrough', at('pause.gif'))
    expect(await warnings('pause.gif')).toEqual([])
  })
  it('a bare stream has no times that could have a gap', async () => {
    for (const name of ['bare.m1v', 'bare.h264']) {
      ffmpeg(...testPicture(64, 48, 6, 25), '-pix_fmt', 'yuv420p', at(name))
      expect(await warnings(name)).toEqual([])
    }
  })
  it('several streams: the first is used', async () => {
    const inputs = [...testPicture(96, 64, 4), '-f', 'lavfi', '-i', 'color=red:size=32x24:rate=12']
    ffmpeg(
      ...inputs.slice(0, 4),
      ...inputs.slice(6),
      '-map',
      '1',
      '-map',
      '0',
      '-c:v',
      'mpeg4',
      '-frames:v',
      '4',
      at('two.mp4'),
    )
    expect(await warnings('two.mp4')).toEqual([
      { code: 'several-streams', message: '2 video streams; the first is used (32×24, mpeg4)' },
    ])
    const { pixels } = await readFrames(at('two.mp4'))
    expect(pixels.shape).toEqual([4, 24, 32, 3])
  })
})
