/**
 * What a reader of a video has to know although its frames could be had:
 * `gap` frames are missing in the middle · `several-streams` there are more videos in the file · `after-the-end` bytes behind the video that belong to
 * no part of it · `wrong-size` the container says another size than the file has, and every frame of its index was there · `stray-bytes` a JPEG decoder
 * had to pass over bytes, or over an odd header · `not-read` files beside the frames that look like pictures and are not read.
 */
export type WarningCode = 'gap' | 'several-streams' | 'after-the-end' | 'wrong-size' | 'stray-bytes' | 'not-read'

/** A warning of decoding. Its message names no folder, and no clip: who reads several clips says which. */
export interface VideoWarning {
  readonly code: WarningCode
  readonly message: string
}

/** Receives warnings while a video is read, at the latest before its last frame has been taken. */
export type OnWarning = (warning: VideoWarning) => void
