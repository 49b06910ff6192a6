import type { ClipPair, ClipVideo } from '../clips/clip-pair.ts'
import type { NeedUse } from '../journal/journal-identity.ts'
import type { Measurement } from '../journal/measurement.ts'
import type { MetricName } from '../plan/metric-name.ts'

/** What is known of a clip before it is decoded. */
export interface ClipShape {
  /** Frames of each side, and how many of them are scored. */
  all: number
  scored: number
  /** At least one. */
  objects: number
}

/** Serves one need of the plan, whatever number of metrics ask for it: pixels of one clip to numbers. */
interface MeasurerOf<Seen extends ClipVideo> {
  /** What serves the need: goes into the journal's identity. */
  use: NeedUse
  /** The metrics that are made of it. */
  names: readonly MetricName[]
  /** `host` runs on the processor's own threads; `network` runs take turns, as each uses every thread. */
  uses: 'host' | 'network'
  measure(seen: Seen): Promise<Measurement>
  /** Several videos of one reference, where that is cheaper than one after the other; in their order. The same numbers as `measure`. */
  measureTogether?(seen: readonly Seen[]): Promise<Measurement[]>
  /** Generated clips may be of any size: it brings them to the reference's itself. */
  anySize?: true | undefined
  /** Bytes that it keeps of one side of such a clip. */
  keeps?: ((shape: ClipShape) => number) | undefined
}

/** Holds the generated video against its reference. */
export interface PairMeasurer extends MeasurerOf<ClipPair> {
  alone?: undefined
}

/** Sees the generated video alone: there need not be a reference. */
export interface VideoMeasurer extends MeasurerOf<ClipVideo> {
  alone: true
}

export type Measurer = PairMeasurer | VideoMeasurer
