export { makeClevrerScenes } from './clevrer-files.ts'
export { makePhysicsBenchmark } from './make-benchmark.ts'
export { render, type Rendering } from './render.ts'
export {
  type Driver,
  type Material,
  type Pose,
  randomScene,
  type Scene,
  type SceneObject,
  type Shape,
  withoutDriver,
} from './scene.ts'
export { sceneSchema } from './scene-schema.ts'
export { driverName, type Motion, type SimulatedMotion } from './move-bodies.ts'
export { simulate, withoutReaction } from './simulate.ts'
