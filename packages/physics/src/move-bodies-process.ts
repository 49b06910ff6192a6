import { moveBodies } from './move-bodies.ts'
import type { Scene } from './scene.ts'

// The process of `moveBodiesApart`: one scene in, its motion out.
process.once('message', (scene: Scene) => {
  void moveBodies(scene).then((motion) => process.send?.(motion, undefined, undefined, () => process.disconnect()))
})
