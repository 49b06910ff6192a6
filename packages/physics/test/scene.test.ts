import { expect, test } from 'vitest'
import { boundingRadius, driverPose, randomScene } from '../src/scene.ts'

test('the same seed and index give the same scene, another index another one', () => {
  expect(randomScene(1, 3)).toEqual(randomScene(1, 3))
  expect(randomScene(1, 3)).not.toEqual(randomScene(1, 4))
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
