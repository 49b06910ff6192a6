import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hashFrames, readFrames } from '@kinemetric/video'
import { afterAll, expect, test } from 'vitest'
import { makePhysicsBenchmark, randomScene, render, sceneSchema, simulate } from '../src/index.ts'

const folder = await mkdtemp(join(tmpdir(), 'kinemetric-physics-'))
afterAll(() => rm(folder, { recursive: true, force: true }))

test('a clip is a lossless video, a mask video a body, and the scene that they are of', async () => {
  const told: string[] = []
  const ids = await makePhysicsBenchmark(folder, {
    clips: 1,
    onProgress: (done, total) => told.push(`${done}/${total}`),
  })
  expect(ids).toEqual(['physics-0000'])
  expect(told).toEqual(['1/1'])
  const scene = randomScene(1, 0)
  const clip = join(folder, 'physics-0000')
  const masks = ['driver', ...scene.objects.map(({ name }) => name)].map((name) => `mask_${name}.mkv`)
  expect((await readdir(clip)).sort()).toEqual([...masks, 'scene.json', 'video.mkv'].sort())
  expect(sceneSchema.parse(JSON.parse(await readFile(join(clip, 'scene.json'), 'utf8')))).toEqual(scene)
  const { frames, driverMask } = render(scene, await simulate(scene))
  const read = await readFrames(join(clip, 'video.mkv'))
  expect(read.fps).toBe(6)
  expect(hashFrames(read.pixels)).toBe(hashFrames(frames))
  expect(hashFrames((await readFrames(join(clip, 'mask_driver.mkv'))).pixels)).toBe(hashFrames(driverMask))
})
