import { expect, test } from 'vitest'
import { randomScene } from '../src/scene.ts'
import { simulate, withoutReaction } from '../src/simulate.ts'

test('the driver hits something: in every scene some object moves, and without reaction none does', async () => {
  for (let index = 0; index < 8; index++) {
    const scene = randomScene(1, index)
    const motion = await simulate(scene)
    const moved = motion.objects.map((poses) => Math.hypot(poses.at(-1)!.x - poses[0].x, poses.at(-1)!.y - poses[0].y))
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
