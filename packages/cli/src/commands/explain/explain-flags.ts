import type { CacheFlags } from '../../options/cache-options.ts'
import type { NetworkFlags } from '../../options/network-options.ts'
import type { CheckpointFlags } from '../../options/own-checkpoint.ts'

/** Of `kinemetric explain`. */
export interface ExplainFlags extends NetworkFlags, CheckpointFlags, CacheFlags {
  /** Absent only with `--clip` and a metric that needs none. */
  reference?: string
  generated: string
  exclude?: number[]
  clip?: string
  sample?: number
  record?: string
  protocol?: string
  tracker?: string
  json?: boolean
  quiet?: boolean
}
