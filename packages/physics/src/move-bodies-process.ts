import type { Asked } from './move-bodies-apart.ts'
import { moveBodies } from './move-bodies.ts'
import { moveTable } from './move-table.ts'

// The process of `moveBodiesApart` and `moveTableApart`: one scene in, its motion out.
process.once('message', (asked: Asked) => {
  const moved = 'table' in asked ? moveTable(asked.table) : moveBodies(asked.scene)
  void moved.then((motion) => process.send?.(motion, undefined, undefined, () => process.disconnect()))
})
