import { float32Data } from '../session/session.ts'
import type { DecodedFrames } from './latent-model.ts'

/**
 * Frames as a decoder gives them, float32 [T, 3, H, W] in about [−1, 1], as 8 bits: uint8 [T, H, W, 3] of x / 2 + 1 / 2, limited to [0, 1] and taken 255 times,
 * cut off and not rounded, each computed as float32 does. So have InterDyn's and CosHand's released code.
 */
export function decodedBytes({ data, shape: [count, , height, width], notes }: DecodedFrames): DecodedFrames {
  const decoded = float32Data({ type: 'float32', data, shape: [] })
  const area = height * width
  const bytes = new Uint8Array(decoded.length)
  for (let t = 0, to = 0; t < count; t++) {
    const [red, green, blue] = [3 * t * area, (3 * t + 1) * area, (3 * t + 2) * area]
    for (let i = 0; i < area; i++, to += 3) {
      bytes[to] = level(decoded[red + i])
      bytes[to + 1] = level(decoded[green + i])
      bytes[to + 2] = level(decoded[blue + i])
    }
  }
  return { type: 'uint8', data: bytes, shape: [count, height, width, 3], notes }
}

/** Limited after both roundings, which leaves the same and takes half as long; what is no number is 0. */
function level(decoded: number): number {
  const value = Math.fround(Math.fround(decoded * 0.5 + 0.5) * 255)
  return value > 0 ? (value < 255 ? value | 0 : 255) : 0
}
