import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ndarray from 'ndarray'
import sharp from 'sharp'
import { afterAll, expect, test } from 'vitest'
import { thumbnailStrip, writePreview } from '../src/index.ts'

const work = mkdtempSync(join(tmpdir(), 'kinemetric-thumbnails-'))
afterAll(() => rmSync(work, { recursive: true, force: true }))

/** A video of plain frames of these greys. */
async function plainVideo(name: string, greys: readonly number[]): Promise<string> {
  const path = join(work, name)
  const [height, width] = [64, 96]
  const data = new Uint8Array(greys.length * height * width * 3)
  for (const [frame, grey] of greys.entries())
    data.fill(grey, frame * height * width * 3, (frame + 1) * height * width * 3)
  await writePreview(path, { pixels: ndarray(data, [greys.length, height, width, 3]), fps: 7 })
  return path
}

test('shows the wanted frame of each video side by side, of a shorter one its last', async () => {
  const long = await plainVideo('long.mp4', [20, 90, 160, 230])
  const short = await plainVideo('short.mp4', [20, 90])
  const strip = await thumbnailStrip([long, short, long], { frame: 2, size: [48, 32] })
  const { data, info } = await sharp(strip).raw().toBuffer({ resolveWithObject: true })
  expect([info.width, info.height]).toEqual([144, 32])
  expect((await sharp(strip).metadata()).format).toBe('webp')
  const greys = [24, 72, 120].map((x) => data[(16 * 144 + x) * info.channels])
  for (const [at, expected] of [160, 90, 160].entries()) expect(Math.abs(greys[at] - expected)).toBeLessThan(8)
})

test('a file that is no video is told', async () => {
  await expect(thumbnailStrip([join(work, 'nothing.mp4')], { frame: 0, size: [48, 32] })).rejects.toMatchObject({
    code: 'not-found',
  })
})
