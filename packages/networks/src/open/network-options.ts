import type { NetworkChoice } from '../roles/network-card.ts'
import type { DeferredSessions } from '../session/deferred-sessions.ts'
import type { Provider } from '../session/devices.ts'

/** Which network is asked for. */
export interface NetworkAsk extends NetworkChoice {
  /** Its id; of several the first whose weights are there. */
  readonly network: string | readonly string[]
  /** Ids of its weights, the first that is there is taken; default: the usual one. For networks of one file, or with a main part, whose weights they then are. */
  readonly checkpoints?: readonly string[] | undefined
}

/** Where networks run and where their weights are looked for. */
export interface NetworkOptions {
  /** Default `cpu`. */
  provider?: Provider | undefined
  /** Default: one a core. */
  threads?: number | undefined
  /** Frames, or pairs of frames, a run; default: the network's own choice. */
  batch?: number | undefined
  /** Folders that may hold the weights, in place of the usual ones. */
  searchPath?: readonly string[] | undefined
  /** Files of one's own in place of the catalogue's, by the network's id, of its other parts by `<id>/<part>`: nothing vouches for their content. */
  checkpoints?: Readonly<Record<string, string>> | undefined
  /** Where what runs the network waits until that is opened. */
  deferred?: DeferredSessions | undefined
}
