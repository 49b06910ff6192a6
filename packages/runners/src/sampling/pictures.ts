import type { HostTensor } from '@kinemetric/networks'
import { contiguous, frameArray, type FrameArray } from '@kinemetric/video'

/** Frames uint8 [T, H, W, 3] as planes: float32 [T, 3, H, W] in [−1, 1], computed as float32 does: x / 255, then 2x − 1. */
export function signedPictures(frames: FrameArray): HostTensor {
  const { data, shape } = planes(frames)
  return { type: 'float32', data: Float32Array.from(data, signedLevel), shape }
}

/** Frames uint8 [T, H, W, 3] as planes, uint8 [T, 3, H, W]. */
export function bytePictures(frames: FrameArray): HostTensor {
  return { type: 'uint8', ...planes(frames) }
}

/** What a decoder gives, about [−1, 1], as float32 in [0, 1]. */
export function unitPictures(decoded: Float32Array): Float32Array {
  return decoded.map((x) => Math.min(1, Math.max(0, x * 0.5 + 0.5)))
}

/** Planes [T, 3, H, W] in [0, 1] as 8-bit frames [T, H, W, 3]: 255x, cut off and not rounded, as both methods' released code does. */
export function framesOfUnit(unit: Float32Array, height: number, width: number): FrameArray {
  const area = height * width
  const count = unit.length / (3 * area)
  const bytes = new Uint8Array(unit.length)
  for (let t = 0; t < count; t++)
    for (let channel = 0; channel < 3; channel++) {
      const from = (3 * t + channel) * area
      for (let i = 0, to = 3 * t * area + channel; i < area; i++, to += 3) bytes[to] = Math.fround(unit[from + i] * 255)
    }
  return frameArray(bytes, count, height, width)
}

function signedLevel(byte: number): number {
  return 2 * Math.fround(byte / 255) - 1
}

function planes(frames: FrameArray): { data: Uint8Array; shape: number[] } {
  const { data, shape } = contiguous(frames)
  const [count, height, width] = shape
  const area = height * width
  const result = new Uint8Array(data.length)
  for (let t = 0; t < count; t++)
    for (let channel = 0; channel < 3; channel++) {
      const to = (3 * t + channel) * area
      for (let i = 0, from = 3 * t * area + channel; i < area; i++, from += 3) result[to + i] = data[from]
    }
  return { data: result, shape: [count, 3, height, width] }
}
