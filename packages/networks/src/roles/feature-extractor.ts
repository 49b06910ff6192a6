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
  /** Whether a row is of one frame or of the whole clip. */
  readonly rows: 'frame' | 'clip'
  /**
   * @param frames `[T, H, W, 3]` sRGB, 0..255
   * @returns rows, one after the other
   * @throws KinemetricError for frames that the network cannot take
   */
  extract(frames: FrameArray): Promise<Float32Array>
  close(): Promise<void>
}

/** How an extractor is run. */
export interface FeatureExtractorOptions extends SessionOptions {
  /** Frames a run (Inception). Default 4, by measurement on two cores. */
  batch?: number | undefined
}
