import { antialiasBilinear, floatFrameArray, frameArray, pillowBicubic } from '@kinemetric/video'
import type { MaskFrame } from '../../../roles/mask-tracker.ts'

const MEAN = [0.485, 0.456, 0.406] as const
const DEVIATION = [0.229, 0.224, 0.225] as const

const { fround } = Math

/**
 * A frame as SAM 2's image predictor feeds it: bytes to 0..1, then torch's antialiased bilinear resize to the square, then ImageNet's mean and deviation.
 * The sides' ratio is not kept.
 * @returns `[3, size, size]`
 */
export function normaliseStill(frame: MaskFrame, size: number): Float32Array {
  const scaled = Float32Array.from(frame.rgb, (byte) => fround(byte / 255))
  const resized = antialiasBilinear(floatFrameArray(scaled, 1, frame.height, frame.width), size, size)
  return planes(resized.data, size, (value) => value)
}

/**
 * A frame as SAM 2's video predictor feeds it: Pillow's bicubic resize of the bytes to the square, then to 0..1, then mean and deviation. The two
 * predictors' inputs differ, so that neither may use what was encoded for the other.
 * @returns `[3, size, size]`
 */
export function normaliseVideoFrame(frame: MaskFrame, size: number): Float32Array {
  const resized = pillowBicubic(frameArray(frame.rgb, 1, frame.height, frame.width), size, size)
  return planes(resized.data, size, (byte) => fround(byte / 255))
}

function planes(pixels: Float32Array | Uint8Array, size: number, scale: (sample: number) => number): Float32Array {
  const area = size * size
  const target = new Float32Array(3 * area)
  for (let c = 0; c < 3; c++) {
    const mean = fround(MEAN[c])
    const deviation = fround(DEVIATION[c])
    for (let i = 0; i < area; i++) target[c * area + i] = fround(scale(pixels[3 * i + c]) - mean) / deviation
  }
  return target
}
