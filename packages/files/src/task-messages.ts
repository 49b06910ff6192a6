import type { Failure } from './errors/error-across.ts'

/** What a process opens: a function of a module, which gives the function that does the tasks. */
export interface TaskSource {
  /** Address of the module, `file:…`. */
  readonly module: string
  /** Name of the function that it exports. */
  readonly open: string
  /** Its arguments, as structured clones. */
  readonly args: readonly unknown[]
}

/** From the caller: first `open`, then one task after the other. */
export type TaskRequest = { readonly open: TaskSource } | { readonly task: unknown }

/** From the process: the answer. */
export type TaskReply = { readonly value: unknown } | { readonly failure: Failure }
