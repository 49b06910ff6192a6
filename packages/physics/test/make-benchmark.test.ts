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
  const texts = ['scene.json', 'motion.json']
  expect((await readdir(clip)).sort()).toEqual([...masks, ...texts, 'video.mkv', 'without_driver'].sort())
  expect(sceneSchema.parse(JSON.parse(await readFile(join(clip, 'scene.json'), 'utf8')))).toEqual(scene)
  const { frames, driverMask } = render(scene, await simulate(scene))
  const read = await readFrames(join(clip, 'video.mkv'))
  expect(read.fps).toBe(6)
  expect(hashFrames(read.pixels)).toBe(hashFrames(frames))
  expect(hashFrames((await readFrames(join(clip, 'mask_driver.mkv'))).pixels)).toBe(hashFrames(driverMask))
})

test('without the driver nothing moves, nothing is hit and nothing drives; the table and the bodies look as they did', async () => {
  const clip = join(folder, 'physics-0000')
  const motion: Motion = JSON.parse(await readFile(join(clip, 'motion.json'), 'utf8'))
  const [without] = motion.without
  expect(without).toMatchObject({ driver: 'driver', collisions: [] })
  for (const { places } of without.bodies) expect(new Set(places.map(String)).size).toBe(1)
  const [hit] = motion.collisions
  expect(hit.bodies[0]).toBe('driver')
  const places = motion.bodies.find(({ name }) => name === hit.bodies[1])!.places
  const moved = places.findIndex(([x, y]) => x !== places[0][0] || y !== places[0][1])
  // Bodies touch up to a frame before it is seen.
  expect([hit.frame, hit.frame + 1]).toContain(moved)

  const { pixels: mask } = await readFrames(join(clip, 'without_driver', 'mask_driver.mkv'))
  expect(mask.shape).toEqual([14, 256, 384, 3])
  expect(mask.data.every((value) => value === 0)).toBe(true)
  const [{ pixels: own }, { pixels: alone }] = await Promise.all(
    ['.', 'without_driver'].map((name) => readFrames(join(clip, name, 'video.mkv'))),
  )
  // The tip of the driver is in the first picture, at its left border; all else is the same, camera noise and all.
  for (let y = 0; y < 256; y++)
    for (let x = 40; x < 384; x++)
      for (let c = 0; c < 3; c++)
        if (alone.get(0, y, x, c) !== own.get(0, y, x, c)) throw new Error(`another pixel at ${x}, ${y}`)
})

interface Motion {
  bodies: { name: string; places: [number, number][] }[]
  collisions: { frame: number; bodies: [string, string] }[]
  without: { driver: string; bodies: Motion['bodies']; collisions: Motion['collisions'] }[]
}
