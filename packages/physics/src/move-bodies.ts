import {
  ActiveEvents,
  ColliderDesc,
  EventQueue,
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
  /** Contacts as they begin, in their order: the first frame after, and the names of the two; the driver is called `driver`. */
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
  const events = new EventQueue(true)
  try {
    world.timestep = 1 / (scene.fps * stepsPerFrame)
    const start = driverPose(scene.driver, 0)
    const driver = world.createRigidBody(
      RigidBodyDesc.kinematicPositionBased()
        .setTranslation(start.x / pixelsPerMetre, start.y / pixelsPerMetre)
        .setRotation(start.angle),
    )
    const names = new Map<number, string>()
    const give = (name: string, shape: Shape, body: RigidBody) => {
      const description = colliderOf(shape, restitution).setActiveEvents(ActiveEvents.COLLISION_EVENTS)
      names.set(world.createCollider(description, body).handle, name)
    }
    give(driverName, scene.driver.shape, driver)
    const bodies = scene.objects.map((object) => {
      const body = world.createRigidBody(
        RigidBodyDesc.dynamic()
          .setTranslation(object.start.x / pixelsPerMetre, object.start.y / pixelsPerMetre)
          .setRotation(object.start.angle)
          .setLinearDamping(0.9)
          .setAngularDamping(1.2)
          .setCcdEnabled(true),
      )
      give(object.name, object.shape, body)
      return body
    })
    // Rapier computes in 32 bits: the first pose is read back too, so that what stays put has one pose throughout.
    const motion = { driver: [start], objects: bodies.map((body) => [poseOf(body)]) }
    const contacts = contactsInOrder()
    const steps = (scene.frameCount - 1) * stepsPerFrame
    for (let step = 1; step <= steps; step++) {
      const pose = driverPose(scene.driver, step / steps)
      driver.setNextKinematicTranslation({ x: pose.x / pixelsPerMetre, y: pose.y / pixelsPerMetre })
      driver.setNextKinematicRotation(pose.angle)
      world.step(events)
      events.drainCollisionEvents((one, other, started) =>
        contacts.take(Math.ceil(step / stepsPerFrame), [names.get(one) ?? '', names.get(other) ?? ''], started),
      )
      if (step % stepsPerFrame !== 0) continue
      motion.driver.push(pose)
      bodies.forEach((body, i) => motion.objects[i].push(poseOf(body)))
    }
    return { ...motion, collisions: contacts.collisions }
  } finally {
    events.free()
    world.free()
  }
}

/** Bodies that part and touch again within a frame have collided once: one that is pushed rattles. */
const SAME = 1

/** Takes contacts as they begin and end, and keeps the collisions that they are. */
function contactsInOrder() {
  const collisions: SimulatedMotion['collisions'][number][] = []
  const last = new Map<string, number>()
  const take = (frame: number, bodies: readonly [string, string], started: boolean) => {
    const key = bodies.toSorted().join('\n')
    const again = frame - (last.get(key) ?? -Infinity) <= SAME
    last.set(key, frame)
    if (started && !again) collisions.push({ frame, bodies: ordered(bodies) })
  }
  return { collisions, take }
}

/** The driver first, others by name: in which order the engine tells of two bodies is its own affair. */
function ordered([a, b]: readonly [string, string]): readonly [string, string] {
  return a !== driverName && (b === driverName || b < a) ? [b, a] : [a, b]
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
