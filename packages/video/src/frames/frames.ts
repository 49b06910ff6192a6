import ndarray, { type NdArray } from 'ndarray'

import { videoError } from './video-error.ts'

/** Frames `[T, H, W, 3]`, sRGB, one byte a sample in [0, 255]. May be a view: any strides, any offset. */
export type FrameArray = NdArray<Uint8Array>

/** Frames `[T, H, W, 3]` as 32-bit floats, on the scale [0, 255] unless said otherwise. May be a view. */
export type FloatFrameArray = NdArray<Float32Array>

/** Decoded frames with their timing. */
export interface Frames {
  /** `[T, H, W, 3]`, sRGB. */
  pixels: FrameArray
  /** Frames a second between consecutive frames of `pixels`; undefined where the source does not say (image folders). */
  fps: number | undefined
  /** Seconds since the first frame of the source, one a frame; absent for image folders. */
  timestamps?: Float64Array | undefined
}

/** `count` frames `start`, `start + stride`, … of a source; `'all'` takes every one until the end. */
export interface FrameWindow {
  start: number
  stride: number
  count: number | 'all'
}

/** Wraps bytes in T, H, W, RGB order as a frame array. @throws KinemetricError `bad-size` when the length does not fit. */
export function frameArray(data: Uint8Array, count: number, height: number, width: number): FrameArray {
  requireLength(data.length, count, height, width)
  return ndarray(data, [count, height, width, 3])
}

/** Wraps floats in T, H, W, RGB order. @throws KinemetricError `bad-size` when the length does not fit. */
export function floatFrameArray(data: Float32Array, count: number, height: number, width: number): FloatFrameArray {
  requireLength(data.length, count, height, width)
  return ndarray(data, [count, height, width, 3])
}

/** @throws KinemetricError `bad-size` unless the array is `[T, H, W, 3]` with H and W at least 1. */
export function requireFrames(frames: NdArray<Uint8Array | Float32Array>, what: string): void {
  const [, height, width, channels] = frames.shape
  if (frames.shape.length !== 4 || channels !== 3 || !(height >= 1) || !(width >= 1)) {
    throw videoError('bad-size', what, {
      expected: 'frames of shape [T, H, W, 3]',
      found: `[${frames.shape.join(', ')}]`,
    })
  }
}

/** @throws KinemetricError `bad-size` unless both are whole numbers of at least 1. */
export function requireSize(height: number, width: number, what: string): void {
  if (!Number.isInteger(height) || !Number.isInteger(width) || height < 1 || width < 1) {
    throw videoError('bad-size', what, {
      expected: 'a height and width of at least 1 pixel',
      found: `${height}×${width}`,
    })
  }
}

function requireLength(length: number, count: number, height: number, width: number): void {
  if (length !== count * height * width * 3) {
    const expected = `${count}×${height}×${width}×3 = ${count * height * width * 3} samples`
    throw videoError('bad-size', 'frames', { expected, found: String(length) })
  }
}
