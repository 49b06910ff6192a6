import type { HostTensor } from '@kinemetric/networks'
import { contiguous, frameArray, type FrameArray } from '@kinemetric/video'

/** Frames uint8 [T, H, W, 3] as planes: float32 [T, 3, H, W] in [−1, 1], computed as float32 does: x / 255, then 2x − 1. */
export function signedPictures(frames: FrameArray): HostTensor {
  const { data, shape } = planes(frames)
  const signed = new Float32Array(data.length)
  for (let i = 0; i < data.length; i++) signed[i] = signedLevels[data[i]]
  return { type: 'float32', data: signed, shape }
}

/** Frames uint8 [T, H, W, 3] as planes, uint8 [T, 3, H, W], which nobody writes into: they go to every step. */
export function bytePictures(frames: FrameArray): HostTensor {
  return { type: 'uint8', ...planes(frames), fixed: true }
}

/** What a decoder gives, about [−1, 1], as float32 in [0, 1]. */
export function unitPictures(decoded: Float32Array): Float32Array {
  const unit = new Float32Array(decoded.length)
  for (let i = 0; i < decoded.length; i++) {
    const x = decoded[i] * 0.5 + 0.5
    unit[i] = x < 0 ? 0 : x > 1 ? 1 : x
  }
  return unit
}

/** Planes [T, 3, H, W] in [0, 1] as 8-bit frames [T, H, W, 3]: 255x, cut off and not rounded, as both methods' released code does. */
export function framesOfUnit(unit: Float32Array, height: number, width: number): FrameArray {
  const area = height * width
  const count = unit.length / (3 * area)
  const bytes = new Uint8Array(unit.length)
  for (let t = 0, to = 0; t < count; t++) {
    const [red, green, blue] = [3 * t * area, (3 * t + 1) * area, (3 * t + 2) * area]
    for (let i = 0; i < area; i++, to += 3) {
      bytes[to] = Math.trunc(Math.fround(unit[red + i] * 255))
      bytes[to + 1] = Math.trunc(Math.fround(unit[green + i] * 255))
      bytes[to + 2] = Math.trunc(Math.fround(unit[blue + i] * 255))
    }
  }
  return frameArray(bytes, count, height, width)
}

const signedLevels = Float32Array.from({ length: 256 }, (_, byte) => 2 * Math.fround(byte / 255) - 1)

function planes(frames: FrameArray): { data: Uint8Array; shape: number[] } {
  const { data, shape } = contiguous(frames)
  const [count, height, width] = shape
  const area = height * width
  const result = new Uint8Array(data.length)
  for (let t = 0, from = 0; t < count; t++) {
    const [red, green, blue] = [3 * t * area, (3 * t + 1) * area, (3 * t + 2) * area]
    for (let i = 0; i < area; i++, from += 3) {
      result[red + i] = data[from]
      result[green + i] = data[from + 1]
      result[blue + i] = data[from + 2]
    }
  }
  return { data: result, shape: [count, 3, height, width] }
}
