import type { Answered, Asked } from './move-bodies-apart.ts'
import { moveBodies } from './move-bodies.ts'
import { moveTable } from './move-table.ts'

// The process of `moveBodiesApart` and `moveTableApart`: scenes in, their motions out, until the one that asks is gone.
process.on('message', (asked: Asked) => {
  const moved = 'table' in asked ? moveTable(asked.table) : moveBodies(asked.scene)
  void moved.then((motion) => process.send?.({ number: asked.number, motion } satisfies Answered))
})
