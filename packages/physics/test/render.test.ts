import { hashBytes } from '@kinemetric/files'
import { expect, test } from 'vitest'
import { randomScene } from '../src/scene.ts'
import { simulate } from '../src/simulate.ts'
import { render } from '../src/render.ts'

test('simulation and rendering repeat exactly', async () => {
  const scene = randomScene(1, 2)
  const first = render(scene, await simulate(scene))
  const second = render(scene, await simulate(scene))
  expect(hashBytes(first.frames.data)).toBe(hashBytes(second.frames.data))
  expect(first.frames.shape).toEqual([14, 256, 384, 3])
})

test('a disc mask has the area of its disc, within the pixels of its rim', async () => {
  const scene = randomScene(1, 0)
  const index = scene.objects.findIndex((object) => object.shape.kind === 'disc')
  const { shape } = scene.objects[index]
  if (shape.kind !== 'disc') throw new Error('expected a scene with a disc')
  const { objectMasks } = render(scene, await simulate(scene))
  const first = objectMasks[index].data.subarray(0, 256 * 384 * 3)
  const area = first.reduce((sum, value) => sum + (value === 255 ? 1 : 0), 0) / 3
  expect(Math.abs(area - Math.PI * shape.radius ** 2)).toBeLessThan(2 * shape.radius)
})

// What this toolkit drew first: records of the physics benchmark are made of these pixels, on every machine.
test('the first scenes are those that were published', async () => {
  const scenes = [0, 1].map((index) => randomScene(1, index))
  const drawn = await Promise.all(scenes.map(async (scene) => render(scene, await simulate(scene))))
  expect(drawn.map(({ frames, driverMask }) => [hashBytes(frames.data), hashBytes(driverMask.data)])).toEqual([
    [
      '5171e210c62da55522d5d9f2a6455add13d0e5024d3283a9b8412f393450e109',
      '6e8fbe838820050d75cb8d3fd33406574f22f80ba5fb3cbb084c6ca1f7be5f18',
    ],
    [
      '904427b10558d94c8f392285faa52b13e9ed4e6d291b26a8925b872925c1ffdc',
      'fa6f456e7641a21a2f1159fb6fbea25e483c69102c54005d504d86c28545535f',
    ],
  ])
})
