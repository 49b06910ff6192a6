import {
  ActiveEvents,
  EventQueue,
  init,
  type RigidBody,
  RigidBodyDesc,
  World,
} from '@dimforge/rapier2d-deterministic-compat'
import { colliderOf } from './move-bodies.ts'
import type { Pose } from './scene.ts'
import { outlineOf, type TableScene } from './table-scene.ts'

/** Where a body is and how it moves, in pixels, radians and seconds. */
export interface BodyState extends Pose {
  readonly speedX: number
  readonly speedY: number
  readonly spin: number
}

export interface TableMotion {
  /** By body in the scene's order, then by frame. */
  readonly states: readonly (readonly BodyState[])[]
  /** Contacts as they begin: the first frame after, the ids, the middle between the two. */
  readonly collisions: readonly {
    readonly frame: number
    readonly ids: readonly [number, number]
    readonly x: number
    readonly y: number
  }[]
}

const pixelsPerMetre = 100
const stepsPerFrame = 10
/** Bodies that part and touch again within so many frames have collided once. */
const SAME = 3

/** Bodies on the table hit harder than those of the demo. */
const restitution = 0.7

/**
 * Moves a table's bodies: Rapier's cross-platform deterministic build, 250 steps a second, the demo's friction with the table, a little more bounce, no gravity in
 * the plane.
 */
export async function moveTable(scene: TableScene): Promise<TableMotion> {
  await init()
  const world = new World({ x: 0, y: 0 })
  const events = new EventQueue(true)
  try {
    world.timestep = 1 / (scene.fps * stepsPerFrame)
    const ids = new Map<number, number>()
    const bodies = scene.bodies.map((body, index) => {
      const made = world.createRigidBody(
        RigidBodyDesc.dynamic()
          .setTranslation(body.start.x / pixelsPerMetre, body.start.y / pixelsPerMetre)
          .setRotation(body.start.angle)
          .setLinearDamping(0.9)
          .setAngularDamping(1.2)
          .setCcdEnabled(true),
      )
      const collider = world.createCollider(
        colliderOf(outlineOf(body), restitution).setActiveEvents(ActiveEvents.COLLISION_EVENTS),
        made,
      )
      ids.set(collider.handle, index)
      return made
    })
    const states: BodyState[][] = bodies.map(() => [])
    const collisions: TableMotion['collisions'][number][] = []
    const last = new Map<string, number>()
    for (let frame = 0; frame < scene.frameCount; frame++) {
      for (const [index, { launch }] of scene.bodies.entries())
        if (launch?.frame === frame)
          bodies[index].setLinvel({ x: launch.x / pixelsPerMetre, y: launch.y / pixelsPerMetre }, true)
      for (const [index, body] of bodies.entries()) states[index].push(stateOf(body))
      for (let step = 0; step < stepsPerFrame; step++) {
        world.step(events)
        events.drainCollisionEvents((one, other, started) => {
          const pair = [ids.get(one) ?? 0, ids.get(other) ?? 0].sort((a, b) => a - b)
          const key = pair.join()
          const again = frame + 1 - (last.get(key) ?? -Infinity) <= SAME
          last.set(key, frame + 1)
          if (!started || again || frame + 1 >= scene.frameCount) return
          const [a, b] = pair.map((index) => stateOf(bodies[index]))
          const [idA, idB] = pair.map((index) => scene.bodies[index].id)
          collisions.push({ frame: frame + 1, ids: [idA, idB], x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 })
        })
      }
    }
    return { states, collisions }
  } finally {
    events.free()
    world.free()
  }
}

function stateOf(body: RigidBody): BodyState {
  const { x, y } = body.translation()
  const speed = body.linvel()
  return {
    x: x * pixelsPerMetre,
    y: y * pixelsPerMetre,
    angle: body.rotation(),
    speedX: speed.x * pixelsPerMetre,
    speedY: speed.y * pixelsPerMetre,
    spin: body.angvel(),
  }
}
