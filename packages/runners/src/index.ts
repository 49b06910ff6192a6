export { type CheckResult, testMethod, type TestMethodOptions } from './conformance/test-method.ts'
export { type Condition, type OracleCondition } from './generator/condition.ts'
export {
  type Device,
  type GenerateAsk,
  type Generation,
  type Generator,
  type GeneratorOptions,
  type OpenGenerator,
  type Settings,
} from './generator/generator.ts'
export { allowed } from './generator/settings.ts'
export { runnerError } from './generator/runner-error.ts'
export { type RunClip, withPairs } from './generator/with-pairs.ts'
export { type NativeMethod, nativeMethods } from './methods/catalogue.ts'
export { findMethod, type Method, methodNames } from './methods/find-method.ts'
export { listMethods } from './methods/list-methods.ts'
export { type MergedRun, type MergeRunsOptions, planRunMerge } from './merge/merge-runs.ts'
export { runShardsStatus, type RunShardsStatus } from './merge/run-shards-status.ts'
export { takesJobs } from './run/jobs.ts'
export type { Machine } from './run/machine.ts'
export { type PlanOptions, planRun, type RunPlan } from './run/plan-run.ts'
export { frameBytes } from './run/wanted-room.ts'
export { type PlannedWeights, plannedWeights } from './run/planned-weights.ts'
export { runMethod, type RunOptions, type RunProgress, type RunResult } from './run/run-method.ts'
