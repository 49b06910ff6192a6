import type { SimulatedMotion } from './move-bodies.ts'
import { driverName } from './move-bodies.ts'
import type { Pose, Scene } from './scene.ts'

/**
 * `motion.json` beside a clip, for those who measure: where every body is, what it touches and when, and the same without the driver. Names are those of the
 * masks; places are centres in pixels of the video's frames (pixel centres at whole numbers), frames count from 0.
 */
export function motionFile(scene: Scene, motion: SimulatedMotion, without: SimulatedMotion) {
  const bodies = [
    { name: driverName, poses: motion.driver },
    ...scene.objects.map(({ name }, i) => ({ name, poses: motion.objects[i] })),
  ]
  return {
    frames: scene.frameCount,
    driver: driverName,
    bodies: bodies.map(({ name, poses }) => ({ name, places: placesOf(poses) })),
    collisions: motion.collisions,
    without: [
      {
        driver: driverName,
        bodies: scene.objects.map(({ name }, i) => ({ name, places: placesOf(without.objects[i]) })),
        collisions: without.collisions,
      },
    ],
  }
}

function placesOf(poses: readonly Pose[]): (readonly [number, number])[] {
  return poses.map(({ x, y }) => [x, y] as const)
}
