import {
  type Collider,
  ColliderDesc,
  init,
  type RigidBody,
  RigidBodyDesc,
  World,
} from '@dimforge/rapier2d-deterministic-compat'
import { driverPose, type Pose, type Scene, type Shape } from './scene.ts'

/** Poses at every frame: the driver's, and each object's in the scene's order. */
export interface Motion {
  readonly driver: readonly Pose[]
  readonly objects: readonly (readonly Pose[])[]
}

/** A motion as it was simulated. */
export interface SimulatedMotion extends Motion {
  /** Hits in their order: the first frame after, and the names of the two; the driver is called `driver`. What touches without a push is none. */
  readonly collisions: readonly { readonly frame: number; readonly bodies: readonly [string, string] }[]
}

/** What the driver is called among the bodies. */
export const driverName = 'driver'

const pixelsPerMetre = 100
const stepsPerFrame = 40

const restitution = 0.35

/**
 * Moves the scene's objects as the driver hits them: Rapier's cross-platform deterministic build, 240 steps a
 * second, friction with the table as linear and angular damping, no gravity in the plane.
 */
export async function moveBodies(scene: Scene): Promise<SimulatedMotion> {
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
    const named = [
      { name: driverName, collider: world.createCollider(colliderOf(scene.driver.shape, restitution), driver) },
    ]
    const bodies = scene.objects.map((object) => {
      const body = world.createRigidBody(
        RigidBodyDesc.dynamic()
          .setTranslation(object.start.x / pixelsPerMetre, object.start.y / pixelsPerMetre)
          .setRotation(object.start.angle)
          .setLinearDamping(0.9)
          .setAngularDamping(1.2)
          .setCcdEnabled(true),
      )
      named.push({ name: object.name, collider: world.createCollider(colliderOf(object.shape, restitution), body) })
      return body
    })
    // Rapier computes in 32 bits: the first pose is read back too, so that what stays put has one pose throughout.
    const motion = { driver: [start], objects: bodies.map((body) => [poseOf(body)]) }
    const hits = hitsInOrder(world, named)
    const steps = (scene.frameCount - 1) * stepsPerFrame
    for (let step = 1; step <= steps; step++) {
      const pose = driverPose(scene.driver, step / steps)
      driver.setNextKinematicTranslation({ x: pose.x / pixelsPerMetre, y: pose.y / pixelsPerMetre })
      driver.setNextKinematicRotation(pose.angle)
      world.step()
      hits.take(Math.ceil(step / stepsPerFrame))
      if (step % stepsPerFrame !== 0) continue
      motion.driver.push(pose)
      bodies.forEach((body, i) => motion.objects[i].push(poseOf(body)))
    }
    return { ...motion, collisions: hits.collisions }
  } finally {
    world.free()
  }
}

/** Bodies that part and hit each other again within a frame have collided once: one that is pushed rattles. */
const SAME = 1

/** Sees after each step who pushed whom, and keeps the collisions that these are. */
function hitsInOrder(world: World, named: readonly { readonly name: string; readonly collider: Collider }[]) {
  const collisions: SimulatedMotion['collisions'][number][] = []
  const pairs = named.flatMap((a, i) => named.slice(i + 1).map((b) => ({ a, b, last: -Infinity })))
  const take = (frame: number) => {
    for (const pair of pairs) {
      const { a, b, last } = pair
      if (!pushes(world, a.collider, b.collider)) continue
      if (frame - last > SAME) collisions.push({ frame, bodies: [a.name, b.name] })
      pair.last = frame
    }
  }
  return { collisions, take }
}

/** The engine calls it a contact when bodies are near: a push is an impulse. */
function pushes(world: World, one: Collider, other: Collider): boolean {
  let pushed = false
  world.contactPair(one, other, (manifold) => {
    for (let i = 0; i < manifold.numContacts(); i++) pushed ||= manifold.contactImpulse(i) > 0
  })
  return pushed
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
