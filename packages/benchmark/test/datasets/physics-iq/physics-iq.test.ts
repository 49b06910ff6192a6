import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readFrames, writeLossless, writePngFolder } from '@kinemetric/video'
import { expect, test } from 'vitest'
import { prepare, readManifest } from '../../../src/index.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { clipNames, writeRelease } from './small-release.ts'

const root = await temporaryFolder()
const at = (...parts: string[]) => join(root, ...parts)
const videos = (release: string) => at(release, 'split-videos', 'testing', '8FPS')
const first = '0001_testing-videos_8FPS_perspective-left_take-1_trimmed-a'
const second = '0004_testing-videos_8FPS_perspective-left_take-2_trimmed-a'

const prepared = (release: string, options: Record<string, unknown> = { fps: 8 }) =>
  prepare({
    adapter: 'physics-iq',
    dataset: at(release),
    protocol: 'physics-iq-8fps',
    out: at(`out of ${release}`),
    options,
    jobs: 1,
  })

test('a clip is a view: take 1 its reference, take 2 a further take, at a quarter of the size, with what moves in both', async () => {
  await writeRelease(at('whole'), { scenarios: 1 })
  const text = ['scenario,description,category,generated_video_name']
  for (const name of clipNames(1)) text.push(`x,"A ball, falling",Solid Mechanics,${name}.mp4`)
  await writeFile(at('whole', 'descriptions.csv'), text.join('\n'))
  const result = await prepared('whole')
  expect(result).toMatchObject({ clips: 3, failures: [] })
  expect(result.notes).toContain('1 scenarios, not the 66 of the benchmark: scores are not those of its table')
  const { clips } = await readManifest(result.manifest)
  expect(clips.map(({ id }) => id)).toEqual(clipNames(1))
  expect(clips[0]).toMatchObject({
    source: { dataset: 'physics-iq', video: 'trimmed-a', fps: 8 },
    window: { start: 0, stride: 1, count: 40 },
    geometry: { target: [8, 12] },
    text: 'A ball, falling',
    class: 'Solid Mechanics',
    movingPixels: [{ codec: 'lossless' }, { codec: 'mpeg4' }],
  })
  const [, moving] = clips[0].movingPixels?.[0].masks ?? []
  const { pixels } = await readFrames(join(at('out of whole'), moving.path))
  expect(pixels.shape).toEqual([40, 8, 12, 3])
  expect(new Set(pixels.data)).toEqual(new Set([0, 255]))
})

test('the README’s layout, shipped masks and files are taken as well', async () => {
  await writeRelease(at('other'), { scenarios: 1, layout: 'testing-videos' })
  const masks = at('other', 'video-masks', 'real', '8FPS')
  await mkdir(masks, { recursive: true })
  const names = clipNames(1).flatMap((name, v) =>
    [1, 2].map((take) => {
      const [, view, scenario] = name.split('_')
      return `000${v + 1 + (take === 2 ? 3 : 0)}_video-masks_8FPS_${view}_take-${take}_${scenario}`
    }),
  )
  const folder = at('other', 'split-videos', 'testing-videos', '8FPS')
  const take = `${folder}/${first}`
  const { pixels } = await readFrames(take)
  for (const name of names) await writePngFolder(join(masks, name), { pixels, fps: undefined })
  const result = await prepared('other')
  expect(result).toMatchObject({ clips: 3, failures: [] })
  const { clips } = await readManifest(result.manifest)
  expect(clips[0].movingPixels).toMatchObject([{ codec: 'shipped' }])
})

test('missing takes are named, and nothing is prepared', async () => {
  await writeRelease(at('missing'), { scenarios: 1, without: [second] })
  await expect(prepared('missing')).rejects.toMatchObject({
    code: 'bad-dataset',
    found: 'no trimmed-a perspective-left take-2',
  })
})

test('another rate, a name that is none, and a number that stands twice are refused by name', async () => {
  await writeRelease(at('rates'), { scenarios: 1 })
  await expect(prepared('rates', { fps: 16 })).rejects.toMatchObject({
    code: 'bad-dataset',
    found: 'the rates 8FPS alone',
  })
  await expect(prepared('rates', { fps: 12 })).rejects.toThrow('--fps: expected one of 8, 16, 24, 30')
  await expect(prepared('rates', {})).rejects.toMatchObject({ code: 'bad-option' })
  await rename(join(videos('rates'), second), join(videos('rates'), second.replace('0004', '0001')))
  await expect(prepared('rates')).rejects.toMatchObject({ expected: 'each number, and each take of a view, once' })
  await rename(join(videos('rates'), second.replace('0004', '0001')), join(videos('rates'), '0004_something.mp4'))
  await expect(prepared('rates')).rejects.toMatchObject({ code: 'bad-dataset', found: '0004_something.mp4' })
})

test('a short video, and a video of another rate than its folder says, are failures of their clips', async () => {
  await writeRelease(at('short'), { scenarios: 1, without: [first] })
  const { pixels } = await readFrames(join(videos('short'), second))
  await writeLossless(at('take.mkv'), { pixels: pixels.hi(39), fps: 8 })
  await rename(at('take.mkv'), join(videos('short'), `${first}.mp4`))
  const short = await prepared('short')
  expect(short.failures).toMatchObject([{ clip: clipNames(1)[0], reason: 'too-few-frames' }])
  await writeLossless(at('take.mkv'), { pixels, fps: 16 })
  await rename(at('take.mkv'), join(videos('short'), `${first}.mp4`))
  const fast = await prepared('short')
  expect(fast.failures).toMatchObject([{ clip: clipNames(1)[0], reason: 'unsupported-fps' }])
})
