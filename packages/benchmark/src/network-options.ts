import type { Provider } from '@kinemetric/networks'

/** Where networks run and where their weights are looked for. */
export interface NetworkOptions {
  provider: Provider
  threads: number | undefined
  searchPath: readonly string[] | undefined
}
