import type { Failure } from '@kinemetric/files'

/** What a process of calls is to open: a function of a module, which gives the object whose methods are called. */
export interface CallSource {
  /** Address of the module, `file:…`. */
  readonly module: string
  /** Name of the function that it exports. */
  readonly open: string
  /** Its arguments, as structured clones. */
  readonly args: readonly unknown[]
}

/** From the caller: first `open`, then calls, in any number at once. */
export type Request =
  | { readonly id: number; readonly open: CallSource }
  | { readonly id: number; readonly method: string; readonly args: readonly unknown[] }

/** From the process: the answer to a request. */
export type Reply =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly failure: Failure }
