import type { BinaryMask } from '@kinemetric/video'
import type { ClevrerScene } from './annotation.ts'
import type { ObjectMasks, Proposal } from './proposals.ts'
import type { SceneMasks } from './scene-masks.ts'

/** A driver's mask in a frame; drivers are numbered from 1. */
export interface PaintedDriver {
  readonly id: number
  readonly number: number
  readonly proposal: Proposal
}

/**
 * Which masks are painted in a source frame, in this order: the last one is on top, which is the one with the higher score; of equals the lower id.
 * @param drivers in the order of their numbers
 * @param gap what is done about a driver inside the view without a mask: nothing is painted, or its last mask
 */
export function paintedDrivers(
  scene: ClevrerScene,
  masks: ObjectMasks,
  drivers: readonly number[],
  frame: number,
  gap: 'empty' | 'hold',
): PaintedDriver[] {
  const painted = drivers.flatMap((id, index) => {
    const held = gap === 'hold' && scene.inside.get(id)?.[frame] === true ? lastBefore(masks, id, frame) : undefined
    const proposal = masks.frames[frame].get(id) ?? held
    return proposal === undefined ? [] : [{ id, number: index + 1, proposal }]
  })
  return painted.sort((a, b) => a.proposal.score - b.proposal.score || b.id - a.id)
}

function lastBefore(masks: ObjectMasks, id: number, frame: number): Proposal | undefined {
  for (let t = frame - 1; t >= 0; t--) {
    const proposal = masks.frames[t].get(id)
    if (proposal !== undefined) return proposal
  }
  return undefined
}

/**
 * Who is seen where: 0 for nobody, else the driver's number. Native size.
 * @throws KinemetricError as `SceneMasks.decode`
 */
export function driverPlane(painted: readonly PaintedDriver[], { size, decode }: SceneMasks): BinaryMask {
  const [height, width] = size
  const inside = new Uint8Array(height * width)
  for (const { number, proposal } of painted) {
    const mask = decode(proposal).inside
    for (let i = 0; i < mask.length; i++) if (mask[i] === 1) inside[i] = number
  }
  return { height, width, inside }
}
