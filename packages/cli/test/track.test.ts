import { copyFile, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sliceFrames, writeLossless, writePngFolder } from '@kinemetric/video'
import { beforeAll, expect, test } from 'vitest'
import { kinemetric, refused, spawned, temporaryFolder } from './kinemetric.ts'
import { discMask, writeVideo } from './small-videos.ts'

interface Tracks {
  width: number
  height: number
  queries: number[][]
  tracks: number[][][]
  visible: number[][]
}

const cwd = await temporaryFolder()
const track = (...args: string[]) => [
  'track',
  'video.mkv',
  '--tracker',
  'lucas-kanade',
  '--out',
  'tracks.json',
  ...args,
]

beforeAll(async () => {
  await writeVideo(cwd, 'video')
  await writeVideo(cwd, 'still', { frames: 1 })
  const mask = (name: string, radius: number, height = 48) =>
    writeLossless(join(cwd, name), { pixels: sliceFrames(discMask({ height }, radius), 0, 1, 1), fps: 6 })
  await mask('mask.mkv', 12)
  await mask('nothing.mkv', 0)
  await mask('other-size.mkv', 12, 40)
  await writeFile(
    join(cwd, 'points.json'),
    JSON.stringify({
      queries: [
        [0, 20, 20],
        [2, 40.5, 30],
      ],
    }),
  )
})

async function tracks(): Promise<Tracks> {
  const written: Tracks = JSON.parse(await readFile(join(cwd, 'tracks.json'), 'utf8'))
  return written
}

test('points from a file: one row of tracks a point, a summary on stdout, an overlay to look at', async () => {
  const { code, stdout, stderr } = await spawned(track('--points', 'points.json', '--overlay', 'o.mp4', '--json'), {
    cwd,
  })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(JSON.parse(stdout)).toMatchObject({ tracker: 'lucas-kanade', points: 2, frames: 6, tracks: 'tracks.json' })
  const { width, height, queries, tracks: rows, visible } = await tracks()
  expect({ width, height, queries }).toEqual({
    width: 64,
    height: 48,
    queries: [
      [0, 20, 20],
      [2, 40.5, 30],
    ],
  })
  expect(rows.map((row) => row.length)).toEqual([6, 6])
  expect(rows[1][2]).toEqual([40.5, 30])
  expect(visible.flat().every((flag) => flag === 0 || flag === 1)).toBe(true)
  expect((await stat(join(cwd, 'o.mp4'))).size).toBeGreaterThan(500)
})

test('points drawn from a mask', async () => {
  const { code } = await kinemetric(track('--mask', 'mask.mkv', '--count', '20'), { cwd })
  expect(code).toBe(0)
  const { queries } = await tracks()
  expect(queries).toHaveLength(20)
  for (const [t, x, y] of queries) expect([t, Math.hypot(x - 24, y - 24) <= 12.5]).toEqual([0, true])
})

test('a mask is an image, or the first frame of a video or of a folder', async () => {
  await writePngFolder(join(cwd, 'mask'), {
    pixels: sliceFrames(discMask({ height: 48 }, 12), 0, 1, 1),
    fps: undefined,
  })
  for (const name of ['mask.png', 'other.WEBP']) await copyFile(join(cwd, 'mask', 'frame_0000.png'), join(cwd, name))
  for (const name of ['mask.mkv', 'mask', 'mask.png', 'other.WEBP']) {
    const { code, stderr } = await kinemetric(track('--mask', name, '--count', '9'), { cwd })
    expect({ name, code, stderr }).toEqual({ name, code: 0, stderr: '' })
    const { queries } = await tracks()
    expect(queries).toHaveLength(9)
    for (const [t, x, y] of queries) expect([name, t, Math.hypot(x - 24, y - 24) <= 12.5]).toEqual([name, 0, true])
  }
  await writeFile(join(cwd, 'mask.bmp'), 'BM and so on')
  expect(await refused(track('--mask', 'mask.bmp'), { cwd })).toMatch(/mask\.bmp: .*a BMP image, which is not read/)
})

test('bad points, masks and videos are refused', async () => {
  const at = { cwd }
  const points = async (text: string) => writeFile(join(cwd, 'bad.json'), text)
  await points('{"queries": [[0, 64, 20]]}')
  expect(await refused(track('--points', 'bad.json'), at)).toMatch(/outside|64/)
  await points('{"queries": [[6, 20, 20]]}')
  expect(await refused(track('--points', 'bad.json'), at)).toMatch(/frame|6/)
  await points('{"queries": []}')
  expect(await refused(track('--points', 'bad.json'), at)).toMatch(/point|quer/)
  await points('{"queries": [[0, "a", null]]}')
  expect(await refused(track('--points', 'bad.json'), at)).toMatch(/bad\.json/)
  await points('points')
  expect(await refused(track('--points', 'bad.json'), at)).toMatch(/bad\.json: expected JSON/)
  expect(await refused(track('--points', 'nowhere.json'), at)).toMatch(/nowhere\.json/)
  expect(await refused(track('--mask', 'nothing.mkv'), at)).toMatch(
    /nothing\.mkv: no points.*\n.*expected a mask with an object/,
  )
  expect(await refused(track('--mask', 'mask.mkv', '--count', '500'), at)).toMatch(
    /expected at least 500 mask pixels.*found 4\d\d/,
  )
  expect(await refused(track('--mask', 'other-size.mkv'), at)).toMatch(/48[\s\S]*40|40[\s\S]*48/)
  expect(await refused(track('--mask', 'mask.mkv', '--points', 'points.json'), at)).toMatch(/found both/)
  expect(
    await refused(['track', 'still.mkv', '--tracker', 'lucas-kanade', '--mask', 'mask.mkv', '--out', 'x'], at),
  ).toMatch(/frame/)
  expect(await refused(track('--points', 'points.json', '--checkpoint', 'c', '--unverified'), at)).toMatch(
    /lucas-kanade: .*one without weights/,
  )
})
