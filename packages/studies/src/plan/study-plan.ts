import type { FunnelStage } from '@kinemetric/benchmark'
import type { GivenState } from '../study/given-data.ts'
import type { StageName } from '../study/study-options.ts'
import type { WantedWeights } from '../study/wanted-weights.ts'

/**
 * How far a stage is. `done`: nothing is left of it · `begun`: part of it is there and is kept · `to do` · `missing`: what it needs is not here, and a stage before
 * it does not make it.
 */
export type StageState = 'done' | 'begun' | 'to do' | 'missing'

export interface PlannedStage {
  readonly stage: StageName
  /** The protocol, or the method's record under it. */
  readonly of: string
  readonly state: StageState
  /** Clips or samples that are there, and all of them; null where that is not known before an earlier stage is done. */
  readonly done: number | null
  readonly total: number | null
  /** Of what is left, on this machine; null: not measured. */
  readonly hours: number | null
  /** Of what is left, at most; null where it is not known. */
  readonly diskBytes: number | null
  /** What is missing, or what it would be refused for. */
  readonly lacks: readonly string[]
}

export interface StudyPlan {
  readonly benchmark: { readonly id: string; readonly title: string; readonly summary: string }
  readonly variant: string | null
  readonly out: string
  readonly stages: readonly PlannedStage[]
  readonly data: readonly GivenState[]
  readonly weights: readonly WantedWeights[]
  /** How rows of the data set become clips, where that is known: by protocol. */
  readonly funnels: Readonly<Record<string, readonly FunnelStage[]>>
  readonly diskBytes: number | null
  /** Sum over the stages; null as long as one of them is not measured. */
  readonly hours: number | null
  /** Stages of which nothing was measured here. */
  readonly notMeasured: readonly string[]
}
