import { mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { frameArray, type FrameArray, sliceFrames, writeLossless, writePngFolder } from '@kinemetric/video'
import { expect, test } from 'vitest'
import { hasShared, sharedPath } from '../../../test/shared.ts'
import { prepare } from '../../benchmark/src/index.ts'
import { changed, smallProtocol } from '../../benchmark/test/small-benchmark.ts'
import { temporaryFolder } from '../../benchmark/test/temporary-folder.ts'
import { evaluate } from '../src/index.ts'

const [height, width, frames] = [64, 96, 17]
const protocol = changed(smallProtocol, {
  window: { ...smallProtocol.identity.window, frames },
  geometry: { ...smallProtocol.identity.geometry!, size: [height, width] },
})

/** A bright disc that moves over a textured ground, and where it is. `ground` is added to all that is not disc. */
function scene(speed: number, ground = 0): { picture: FrameArray; mask: FrameArray } {
  const [picture, mask] = [new Uint8Array(frames * height * width * 3), new Uint8Array(frames * height * width * 3)]
  for (let t = 0, i = 0; t < frames; t++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++, i += 3) {
        const [u, v] = [x - 30 - speed * t, y - 32]
        const inside = u * u + v * v < 144
        const value = inside ? 160 + 40 * Math.sin(1.1 * u + 0.4 * v) : ground + 80 + 20 * Math.sin(0.5 * x + 0.7 * y)
        picture.fill(Math.round(value), i, i + 3)
        if (inside) mask.fill(255, i, i + 3)
      }
  return { picture: frameArray(picture, frames, height, width), mask: frameArray(mask, frames, height, width) }
}

const root = await temporaryFolder()
const speeds = { slow: 1, fast: 2, still: 0.5 }
for (const [id, speed] of Object.entries(speeds)) {
  const { picture, mask } = scene(speed)
  await mkdir(join(root, 'dataset', id), { recursive: true })
  await mkdir(join(root, 'ground'), { recursive: true })
  await writeLossless(join(root, 'dataset', id, 'video.mkv'), { pixels: picture, fps: 6 })
  await writeLossless(join(root, 'dataset', id, 'mask_driver.mkv'), { pixels: mask, fps: 6 })
  if (id !== 'still') await writeLossless(join(root, 'dataset', id, 'mask_ball.mkv'), { pixels: mask, fps: 6 })
  await writeLossless(join(root, 'ground', `${id}.mkv`), { pixels: scene(speed, 10).picture, fps: 6 })
}
await prepare({ adapter: 'physics', dataset: join(root, 'dataset'), protocol, out: join(root, 'prepared') })
const options = (metrics: string[], out: string) => ({
  reference: { manifest: join(root, 'prepared', 'manifest.jsonl') },
  protocol,
  generated: join(root, 'ground'),
  out: join(root, out),
  cache: false as const,
  tracker: 'lucas-kanade',
  metrics,
})

test('a part of each frame is scored by the masks of every frame, and a clip without any is named with what helps', async () => {
  const asked = [
    'psnr:frame-mean-inf+outside-driver',
    'psnr:inside-object',
    'ssim:inside-object',
    'ssim:outside-driver',
  ]
  const { record } = await evaluate(options(asked, 'parts'))
  const valueOf = (metric: string, recipe: RegExp) =>
    record.scores.find((score) => score.metric === metric && recipe.test(score.recipe))
  // All of the ground is 10 off and nothing of the disc.
  expect(valueOf('psnr', /outside-driver/)).toMatchObject({
    n: 3,
    value: expect.closeTo(10 * Math.log10(255 ** 2 / 100), 9),
  })
  expect(valueOf('psnr', /inside-object/)).toMatchObject({ n: 2, value: 100 })
  expect(valueOf('ssim', /inside-object/)?.value).toBeGreaterThan(valueOf('ssim', /outside-driver/)?.value ?? 1)
  const lacking = record.failures.filter(({ clip }) => clip === 'still')
  expect(lacking.map(({ reason }) => reason)).toContain('missing-reference')
  expect(lacking[0].message).toMatch(/masks of objects in every frame, found none; prepare the clip with masks/)
})

test('masks of the first frame alone are a failure that says what to prepare again', async () => {
  const { picture, mask } = scene(1)
  const folder = join(root, 'first')
  await mkdir(join(folder, 'videos'), { recursive: true })
  await writeLossless(join(folder, 'videos', 'slow.mkv'), { pixels: picture, fps: 6 })
  await writePngFolder(join(folder, 'frames'), { pixels: sliceFrames(mask, 0, 1, 1), fps: undefined })
  await mkdir(join(folder, 'objects', 'slow'), { recursive: true })
  await rename(join(folder, 'frames', 'frame_0000.png'), join(folder, 'objects', 'slow', 'ball.png'))
  await prepare({
    adapter: 'folder',
    dataset: join(folder, 'videos'),
    options: { objectMasks: join(folder, 'objects') },
    protocol,
    out: join(root, 'first-prepared'),
  })
  const { record } = await evaluate({
    ...options(['psnr', 'psnr:inside-object'], 'first-results'),
    reference: { manifest: join(root, 'first-prepared', 'manifest.jsonl') },
  })
  expect(record.failures.map(({ message }) => message).join()).toMatch(
    /masks of ball in every frame, found one of the first frame alone; prepare the clip again with masks of ball/,
  )
})

test.skipIf(!hasShared('weights', 'lpips-v0.1-alex.pth'))(
  'LPIPS of a part and of the rest make up that of the frame, by their pixels',
  async () => {
    const asked = ['lpips:alex-spatial', 'lpips:alex-spatial+inside-driver', 'lpips:alex-spatial+outside-driver']
    const { record } = await evaluate({ ...options(asked, 'lpips'), weightFolders: [sharedPath('weights')] })
    const [whole, inside, outside] = record.scores.map(({ value }) => value ?? 0)
    // A disc of radius 12 in 64 × 96 pixels.
    const share = (Math.PI * 144) / 6144
    expect(inside).not.toBeCloseTo(outside, 4)
    expect(share * inside + (1 - share) * outside).toBeCloseTo(whole, 4)
  },
)
