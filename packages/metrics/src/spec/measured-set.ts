import type { Tracklets } from '@kinemetric/networks'
import type { FeatureRows } from '../features/feature-rows.ts'

export type Side = 'generated' | 'reference'

/** Values of a metric in one clip: one a frame with the frames' indices, or one for the clip (frame −1). NaN: none. */
export interface Series {
  frames: readonly number[]
  values: Float64Array
}

/** What one clip gave one metric. */
export interface ClipValues {
  series?: Series | undefined
  /** What `conclude` needs beside the values; JSON. */
  notes?: Json | undefined
}

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** An object whose points were tracked, or why they were not. */
export interface TrackedObject {
  object: string
  /** Size of the object's mask in pixels. */
  pixels: number
  /** Set where the object is not scored. */
  skipped: string | null
  /** Shares of tracklets that stand still and of points that cannot be seen, a side. */
  staticShare: Record<Side, number> | null
  invisibleShare: Record<Side, number> | null
  /** Addresses of the tracklets, for `MeasuredSet.tracklets`. */
  tracks: Record<Side, string> | null
}

/** A clip as `conclude` meets it: numbers that were measured, no pixels. */
export interface MeasuredClip {
  clip: string
  /** What it is a part of and alike to: the source video, where several clips are cut from one. Undefined: the clip stands for itself. */
  unit?: string | undefined
  /** How much it counts in a mean, above 0. Undefined: 1. */
  weight?: number | undefined
  /** Values that are defined; undefined where the clip has none. */
  values: Float64Array | undefined
  notes: Json | undefined
  /** Objects whose points are those that the recipe asked for; undefined where nothing was tracked. */
  objects: readonly TrackedObject[] | undefined
}

/** Whether there is nothing to score in a clip: points were to be tracked, and no object has enough of them. That is no failure and no missing value. */
export function isSkipped({ objects }: MeasuredClip): boolean {
  return objects !== undefined && objects.every((object) => object.skipped !== null)
}

/** Rows of one side in the order of the clips, and whose they are. Many are not held in memory. */
export type ClipRows = FeatureRows & {
  /** Names of the clips that `clipOfRow` counts. */
  clips: readonly string[]
}

/** Clips in their order; they may be gone through several times. */
export interface MeasuredClips extends Iterable<MeasuredClip> {
  readonly length: number
}

/** What was measured of a set of clips for one metric under one recipe. */
export interface MeasuredSet {
  /** An array, or what makes each as it is gone through. */
  clips: MeasuredClips
  /** Rows of features. Throws KinemetricError `cache-lost` where some have gone. */
  rows(side: Side): Promise<ClipRows>
  /** Tracklets under an address; undefined where they have gone. */
  tracklets(address: string): Promise<Tracklets | undefined>
}
