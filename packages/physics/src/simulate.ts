import { denormalsAreZero, moveBodiesApart, moveTableApart } from './move-bodies-apart.ts'
import { type Motion, moveBodies, type SimulatedMotion } from './move-bodies.ts'
import { moveTable, type TableMotion } from './move-table.ts'
import type { Scene } from './scene.ts'
import type { TableScene } from './table-scene.ts'

/**
 * Moves the scene's objects as the driver hits them. The same on every machine, and whatever else the process does: a network that was opened in it may have
 * made its arithmetic another (`denormalsAreZero`), and then a process of its own does it.
 */
export function simulate(scene: Scene): Promise<SimulatedMotion> {
  return denormalsAreZero() ? moveBodiesApart(scene) : moveBodies(scene)
}

/** The same for a table scene. */
export function simulateTable(scene: TableScene): Promise<TableMotion> {
  return denormalsAreZero() ? moveTableApart(scene) : moveTable(scene)
}

/** The motion of a generator that moves the driver as told and lets nothing react to it. */
export function withoutReaction(motion: Motion): Motion {
  return { driver: motion.driver, objects: motion.objects.map((poses) => poses.map(() => poses[0])) }
}
