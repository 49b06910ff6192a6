import type { Checkpoint } from '../checkpoints/tensors/tensor-reference.ts'
import type { SessionOptions } from '../session/session.ts'
import type { WeightEntry } from '../weights/weight-entry.ts'
import type { Role, Roles } from './roles.ts'

/** What is asked of a network besides its name. A network refuses what it does not know, by name. */
export interface NetworkChoice {
  readonly preprocessing?: string | undefined
  readonly variant?: string | undefined
  readonly settings?: Readonly<Record<string, string | number | boolean>> | undefined
}

/** How a network is run. None of it changes what the network says. */
export interface NetworkRun extends SessionOptions {
  /** Frames, or pairs of frames, a run; default: the network's own choice. */
  batch?: number | undefined
}

/** Opens a network on the checkpoints of its parts. */
export type NetworkOpener<R extends Role> = (
  checkpoints: Readonly<Record<string, Checkpoint>>,
  choice: NetworkChoice,
  run: NetworkRun,
) => Promise<Roles[R]>

/** What measuring took where it was measured; on another machine it takes something else. */
export interface MeasuredCost {
  /** Processor time of one clip, of one side where there are two. */
  readonly secondsPerClip: number
  /** Peak memory of a process that does it, MiB. Absent: not measured. */
  readonly memory?: number | undefined
  /** Of what clips, on what, and where the figure stands. */
  readonly measured: string
}

/** What is known of a network before it is loaded. */
export interface NetworkCard<R extends Role = Role> {
  readonly id: string
  readonly role: R
  readonly title: string
  /** Every file that holds weights of it, whether or not it is taken unasked. */
  readonly weights: readonly WeightEntry[]
  /** What it is put together from, and the weights that each part is taken from unless others are asked for; in the order in which they are looked for. */
  readonly parts: Readonly<Record<string, string>>
  /** Of several parts the one that a checkpoint given by hand stands for; others are given as `<id>/<part>`. Absent: none may be given. */
  readonly mainPart?: string | undefined
  /** Whether a part is wanted for what is asked. Absent: all are. */
  readonly wants?: ((part: string, choice: NetworkChoice) => boolean) | undefined
  /** Which network a checkpoint is of those whose ids begin with the same word (`dinov2`), where there are several. */
  readonly identify?: (() => Promise<(checkpoint: Checkpoint) => string>) | undefined
  /** Least height and width of a frame, pixels. */
  readonly smallestSize?: number | undefined
  /** What running it takes. Absent: nobody has measured it. */
  readonly cost?: MeasuredCost | undefined
  load(): Promise<NetworkOpener<R>>
}
