// Methods under test
export { findMethod, ownMethodsFolder, type Method } from './methods/catalogue.ts'
export { runMethod, type RunOptions, type RunResult } from './run/run-method.ts'
export { RunnerError, type RunnerErrorCode } from './generator/runner-error.ts'
export type { Generator, GeneratorInput } from './generator/generator.ts'
export { generateStatic } from './methods/static.ts'
export { gaussianBlur, generateBlurredReference } from './methods/blurred-reference.ts'
export { generateDriverOnly } from './methods/driver-only.ts'

// The physics benchmark
export { makePhysicsBenchmark } from './physics/make-benchmark.ts'
export {
  randomScene,
  type Driver,
  type Material,
  type Pose,
  type Scene,
  type SceneObject,
  type Shape,
} from './physics/scene.ts'
export { simulate, withoutReaction, type Motion } from './physics/simulate.ts'
export { render, type Rendering } from './physics/render.ts'
