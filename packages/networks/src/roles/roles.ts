import type { FeatureExtractor } from './feature-extractor.ts'
import type { PairDistance } from './pair-distance.ts'
import type { Sam2Networks } from './sam2-networks.ts'
import type { Tracker } from './tracker.ts'

/** What a network can be asked for, and the interface of a network that plays the role. */
export interface Roles {
  features: FeatureExtractor
  distance: PairDistance
  tracklets: Tracker
  masks: Sam2Networks
}

export type Role = keyof Roles
