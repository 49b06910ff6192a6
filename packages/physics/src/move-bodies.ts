import { ColliderDesc, init, type RigidBody, RigidBodyDesc, World } from '@dimforge/rapier2d-deterministic-compat'
import { driverPose, type Pose, type Scene, type Shape } from './scene.ts'

/** Poses at every frame: the driver's, and each object's in the scene's order. */
export interface Motion {
  readonly driver: readonly Pose[]
  readonly objects: readonly (readonly Pose[])[]
}

const pixelsPerMetre = 100
const stepsPerFrame = 40

const restitution = 0.35

/**
 * Moves the scene's objects as the driver hits them: Rapier's cross-platform deterministic build, 240 steps a
 * second, friction with the table as linear and angular damping, no gravity in the plane.
 */
export async function moveBodies(scene: Scene): Promise<Motion> {
  await init()
  const world = new World({ x: 0, y: 0 })
  try {
    world.timestep = 1 / (scene.fps * stepsPerFrame)
    const start = driverPose(scene.driver, 0)
    const driver = world.createRigidBody(
      RigidBodyDesc.kinematicPositionBased()
        .setTranslation(start.x / pixelsPerMetre, start.y / pixelsPerMetre)
        .setRotation(start.angle),
    )
    world.createCollider(colliderOf(scene.driver.shape, restitution), driver)
    const bodies = scene.objects.map((object) => {
      const body = world.createRigidBody(
        RigidBodyDesc.dynamic()
          .setTranslation(object.start.x / pixelsPerMetre, object.start.y / pixelsPerMetre)
          .setRotation(object.start.angle)
          .setLinearDamping(0.9)
          .setAngularDamping(1.2)
          .setCcdEnabled(true),
      )
      world.createCollider(colliderOf(object.shape, restitution), body)
      return body
    })
    // Rapier computes in 32 bits: the first pose is read back too, so that what stays put has one pose throughout.
    const motion = { driver: [start], objects: bodies.map((body) => [poseOf(body)]) }
    const steps = (scene.frameCount - 1) * stepsPerFrame
    for (let step = 1; step <= steps; step++) {
      const pose = driverPose(scene.driver, step / steps)
      driver.setNextKinematicTranslation({ x: pose.x / pixelsPerMetre, y: pose.y / pixelsPerMetre })
      driver.setNextKinematicRotation(pose.angle)
      world.step()
      if (step % stepsPerFrame !== 0) continue
      motion.driver.push(pose)
      bodies.forEach((body, i) => motion.objects[i].push(poseOf(body)))
    }
    return motion
  } finally {
    world.free()
  }
}

function poseOf(body: RigidBody): Pose {
  const { x, y } = body.translation()
  return { x: x * pixelsPerMetre, y: y * pixelsPerMetre, angle: body.rotation() }
}

/** A body of that shape in Rapier's metres. @param restitution speed after a hit over that before it, in [0, 1] */
export function colliderOf(shape: Shape, restitution: number): ColliderDesc {
  const description =
    shape.kind === 'disc'
      ? ColliderDesc.ball(shape.radius / pixelsPerMetre)
      : ColliderDesc.roundCuboid(
          (shape.halfWidth - shape.corner) / pixelsPerMetre,
          (shape.halfHeight - shape.corner) / pixelsPerMetre,
          shape.corner / pixelsPerMetre,
        )
  return description.setFriction(0.35).setRestitution(restitution).setDensity(1)
}
