import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { boundingRadius, driverPose, randomScene } from '../src/scene.ts'
import { sceneSchema } from '../src/scene-schema.ts'
import { simulate, withoutReaction } from '../src/simulate.ts'
import { render } from '../src/render.ts'
import { signedDistance } from '../src/surface.ts'

const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex').slice(0, 16)

describe('physics scenes', () => {
  test('the same seed and index give the same scene, another index another one', () => {
    expect(randomScene(1, 3)).toEqual(randomScene(1, 3))
    expect(randomScene(1, 3)).not.toEqual(randomScene(1, 4))
  })

  test('scenes survive JSON and fit their schema', () => {
    for (let index = 0; index < 20; index++) {
      const scene = randomScene(7, index)
      expect(sceneSchema.parse(JSON.parse(JSON.stringify(scene)))).toEqual(scene)
    }
  })

  test('objects do not touch at the start, and the driver begins outside the frame', () => {
    for (let index = 0; index < 20; index++) {
      const { objects, driver } = randomScene(1, index)
      expect(objects.length).toBeGreaterThanOrEqual(2)
      objects.forEach((a, i) =>
        objects.slice(i + 1).forEach((b) => {
          const apart = Math.hypot(a.start.x - b.start.x, a.start.y - b.start.y)
          expect(apart).toBeGreaterThan(boundingRadius(a.shape) + boundingRadius(b.shape))
        }),
      )
      const start = driverPose(driver, 0)
      expect(start.x).toBeLessThan(0)
    }
  })

  test('the driver hits something: in every scene some object moves, and without reaction none does', async () => {
    for (let index = 0; index < 8; index++) {
      const scene = randomScene(1, index)
      const motion = await simulate(scene)
      const moved = motion.objects.map((poses) =>
        Math.hypot(poses.at(-1)!.x - poses[0].x, poses.at(-1)!.y - poses[0].y),
      )
      expect(Math.max(...moved)).toBeGreaterThan(10)
      const frozen = withoutReaction(motion)
      expect(frozen.driver).toBe(motion.driver)
      frozen.objects.forEach((poses, i) => poses.forEach((pose) => expect(pose).toEqual(motion.objects[i][0])))
    }
  })

  // Rapier computes in 32 bits, so positions in pixels are good to about 1e-5.
  test('an object that nothing touches stays where it is (no gravity in the plane)', async () => {
    const scene = randomScene(1, 0)
    const away = {
      ...scene,
      driver: { ...scene.driver, path: scene.driver.path.map((pose) => ({ ...pose, y: pose.y - 2000 })) },
    }
    const { objects } = await simulate(away)
    objects.forEach((poses) =>
      expect(Math.hypot(poses.at(-1)!.x - poses[0].x, poses.at(-1)!.y - poses[0].y)).toBeLessThan(1e-4),
    )
  })

  test('simulation and rendering repeat exactly', async () => {
    const scene = randomScene(1, 2)
    const first = render(scene, await simulate(scene))
    const second = render(scene, await simulate(scene))
    expect(hash(first.frames.data)).toBe(hash(second.frames.data))
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

  test('signed distances: zero on the outline, negative inside, one a pixel outside', () => {
    const box = { kind: 'box', halfWidth: 20, halfHeight: 10, corner: 4 } as const
    expect(signedDistance(box, 20, 0)).toBeCloseTo(0, 12)
    expect(signedDistance(box, 0, 0)).toBeCloseTo(-10, 12)
    expect(signedDistance(box, 0, 11)).toBeCloseTo(1, 12)
    expect(signedDistance({ kind: 'disc', radius: 5 }, 3, 4)).toBeCloseTo(0, 12)
  })
})
