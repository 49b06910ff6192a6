import type { Provider } from '@kinemetric/networks'

/** Networks that a checkpoint file may be given for. */
export type Checkpoints = Partial<Record<'inception' | 'i3d' | 'cotracker3', string>>

/** Where networks run and where their weights are looked for. */
export interface NetworkOptions {
  provider: Provider
  threads: number | undefined
  searchPath: readonly string[] | undefined
  /** Files of one's own in place of the catalogue's, by network: nothing vouches for their content. */
  checkpoints?: Checkpoints | undefined
}
