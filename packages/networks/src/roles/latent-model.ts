import type { HostTensor } from '../session/session.ts'

/** Frames that were decoded, float32 `[T, 3, H, W]` in about [−1, 1] or uint8 `[T, H, W, 3]`, and what there is to say of how they came about. */
export interface DecodedFrames extends HostTensor {
  /** Sentences for the record of the item; none where nothing went another way than asked for. */
  readonly notes?: readonly string[] | undefined
}

/** Latents after a step, which lie where the networks do: nothing of them crosses from another process before they are read. */
export interface HeldLatents {
  /** Those of the last step alone are held. */
  readonly held: string
  readonly shape: readonly number[]
  /** Whether all their numbers are. */
  readonly finite: boolean
}

/**
 * A generator's networks: what loops over steps is in the runners. Every tensor that crosses is float32 unless said.
 * A fused graph is one step of the sampler (conditioning, both halves of guidance, update), so that little crosses.
 */
export interface LatentModel {
  readonly network: string
  /** Of the tensors that it was opened with. */
  readonly digest: string
  /** What the sampler's latents are divided by before they are decoded (the loop does it), from the autoencoder's own config. */
  readonly scalingFactor: number
  /** Height and width in pixels must be multiples of it. */
  readonly sizeMultiple: number
  /** Pictures `[N, 3, H, W]` in [−1, 1] to the mean of their latents `[N, 4, H/8, W/8]`, not scaled. */
  encode(pictures: HostTensor): Promise<HostTensor>
  /** A picture `[1, 3, H, W]` in [−1, 1] to the row that stands for it, `[1, C]`. */
  embed(picture: HostTensor): Promise<HostTensor>
  /** One step of the sampler: the latents after it, in the shape of `latents`. What is fed is the network's own list. */
  step(feeds: Readonly<Record<string, HostTensor>>): Promise<HostTensor>
  /** The same step, after which the latents stay with the networks; those of the step before may be fed. @throws KinemetricError `not-held` */
  stepHeld(feeds: Readonly<Record<string, HostTensor | HeldLatents>>): Promise<HeldLatents>
  /** The latents that are held. @throws KinemetricError `not-held` for those of a step before the last, or of a process that has ended since */
  readHeld(latents: HeldLatents): Promise<HostTensor>
  /** Latents of one clip, `[T, 4, h, w]`, already divided by `scalingFactor`, to frames `[T, 3, H, W]` in about [−1, 1]. */
  decode(latents: HostTensor): Promise<DecodedFrames>
  /** The same frames as 8 bits, uint8 `[T, H, W, 3]`, as `decodedBytes` makes them: a quarter as much crosses from a process. */
  decodeBytes(latents: HostTensor): Promise<DecodedFrames>
  close(): Promise<void>
}
