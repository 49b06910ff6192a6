import type { FrameArray } from '@kinemetric/video'

/** Frames that a network cannot take. The message says what was expected and what was found. */
export class NetworkInputError extends Error {
  override readonly name = 'NetworkInputError'
}

/** The sizes T, H, W of frames `[T, H, W, 3]`. Throws NetworkInputError for another shape. */
export function requireFrameShape(network: string, frames: FrameArray): readonly [number, number, number] {
  const [count, height, width, channels] = frames.shape
  if (frames.shape.length !== 4 || channels !== 3 || height < 1 || width < 1) {
    throw new NetworkInputError(`${network}: expected frames of shape [T, H, W, 3], found [${frames.shape.join(', ')}]`)
  }
  return [count, height, width]
}
