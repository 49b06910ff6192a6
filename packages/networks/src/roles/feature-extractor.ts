import type { FrameArray } from '@kinemetric/video'

import type { SessionOptions } from '../session/session.ts'

/** A network that turns frames into features, its preprocessing included. */
export interface FeatureExtractor {
  /** `inception-2015-12-05` or `i3d-kinetics-400`. */
  readonly network: string
  /** Digest of the tensors that it computes with (names, types, shapes and bytes). */
  readonly digest: string
  /** Name of the resize and normalisation inside the graph. */
  readonly preprocessing: string
  /** Length of a row. */
  readonly dimension: number
  /** Rows, one after the other: one a frame for Inception, one for the whole clip for I3D. */
  extract(frames: FrameArray): Promise<Float32Array>
  close(): Promise<void>
}

/** How an extractor is run. */
export interface FeatureExtractorOptions extends SessionOptions {
  /** Frames a run (Inception). Default 4, by measurement on two cores. */
  batch?: number | undefined
}
