// Methods under test
export { findMethod, ownMethodsFolder, type Method } from './methods/catalogue.ts'
export { runMethod, type RunOptions, type RunResult } from './run/run-method.ts'
export { RunnerError, type RunnerErrorCode } from './generator/runner-error.ts'
export type { Generator, GeneratorInput } from './generator/generator.ts'
export { generateStatic } from './methods/static.ts'
export { gaussianBlur, generateBlurredReference } from './methods/blurred-reference.ts'
export { generateDriverOnly } from './methods/driver-only.ts'

// The physics benchmark
