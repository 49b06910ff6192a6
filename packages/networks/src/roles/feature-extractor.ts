import type { FrameArray } from '@kinemetric/video'

import type { HostTensor, SessionOptions } from '../session/session.ts'

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
  /**
   * The same of the network's own input in place of frames, resized and normalised by whoever made it; absent where a network takes frames alone.
   * @param input float32, of pictures `[N, 3, H, W]`, of clips `[N, 3, T, H, W]`
   * @returns N rows, one after the other
   * @throws KinemetricError `shape-mismatch` for a tensor that the network cannot take
   */
  extractTensor?(input: HostTensor): Promise<Float32Array>
  close(): Promise<void>
}

/** How an extractor is run. */
export interface FeatureExtractorOptions extends SessionOptions {
  /** Frames a run (Inception). Default 4, by measurement on two cores. */
  batch?: number | undefined
}
