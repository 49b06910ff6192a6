import type { FrameArray } from '@kinemetric/video'

/** A network that says how far two frames are apart. */
export interface PairDistance {
  /** `lpips-alex`, `lpips-vgg` or `lpips-squeeze`. */
  readonly network: string
  /** Digest of the tensors that it computes with, joined by `+` where they come from several files. */
  readonly digest: string
  /**
   * @param generated `[T, H, W, 3]` sRGB, 0..255
   * @param reference the same shape
   * @returns `[T]`, ≥ 0, 0 for identical frames
   * @throws KinemetricError for frames of different or too small sizes
   */
  distance(generated: FrameArray, reference: FrameArray): Promise<Float32Array>
  /**
   * The same of several videos and one reference, whose frames are looked at once for all of them: each video's values are, to the last bit, those that
   * `distance` gives for it alone.
   * @param generated each `[T, H, W, 3]` sRGB, 0..255
   * @returns `[T]` a video
   */
  distances(generated: readonly FrameArray[], reference: FrameArray): Promise<Float32Array[]>
  /** `[T, H, W]` row-major: where the frames differ; only where the network was opened for it. */
  map?(generated: FrameArray, reference: FrameArray): Promise<Float32Array>
  close(): Promise<void>
}
