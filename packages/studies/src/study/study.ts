import type { Protocol } from '@kinemetric/benchmark'
import type { Method } from '@kinemetric/runners'
import type { Benchmark, BenchmarkVariant, MaskChoice } from '../benchmark/benchmark-schema.ts'
import type { GivenState } from './given-data.ts'
import type { StudyAsk } from './study-options.ts'

/** A row of the table: a method with its settings, under some of the protocols. */
export interface StudyMethod {
  /** Of its record. */
  readonly id: string
  readonly name: string | undefined
  readonly method: Method
  readonly protocols: readonly string[]
  readonly settings: Readonly<Record<string, unknown>>
  readonly preset: string | undefined
  readonly samples: number
  readonly device: string
  /** Settings that were given in place of the file's, in words: what is measured is of another method than the claim's. */
  readonly changed: readonly string[]
}

/** A benchmark with what was asked for, all names resolved: what its stages are functions of. */
export interface Study {
  readonly ask: StudyAsk
  readonly benchmark: Benchmark
  readonly variant: BenchmarkVariant | undefined
  readonly protocols: readonly StudyProtocol[]
  readonly methods: readonly StudyMethod[]
  readonly data: StudyData
  readonly tracker: string
  readonly sample: number | undefined
}

export interface StudyProtocol {
  readonly id: string
  /** With the benchmark's metrics among those that are scored. */
  readonly protocol: Protocol
  /** As `prepare` takes it. */
  readonly prepared: string | Protocol
}

export interface StudyData {
  readonly adapter: string
  /** Folder of the data set; empty for one whose places are options. */
  readonly folder: string
  readonly options: Readonly<Record<string, unknown>>
  readonly make: Benchmark['data']['make']
  /** What draws masks; undefined where none are to be drawn. */
  readonly masks: MaskChoice | undefined
  /** What has to be given, and whether it is. */
  readonly given: readonly GivenState[]
}
