import type { FrameArray } from '@kinemetric/video'
import { contiguous } from '@kinemetric/video/contiguous'
import { metricError } from '../recipes/metric-error.ts'

/** Two clips of one shape as flat row-major bytes. */
export interface FramePair {
  /** `[T·H·W·3]`: the generated clip; may be a view of the caller's memory: read only. */
  a: Uint8Array
  /** The reference. */
  b: Uint8Array
  frames: number
  height: number
  width: number
  channels: number
  /** H·W·3 */
  frameValues: number
}

/**
 * Checks that two clips can be compared and lays both out as row-major bytes (without a copy where they are so already).
 *
 * @param where the metric's id, for the message
 * @throws KinemetricError `not-frames` for another rank, type or channel count; `empty`; `shape-mismatch`
 */
export function framePair(generated: FrameArray, reference: FrameArray, where: string): FramePair {
  checkFramePair(generated, reference, where)
  const [frames, height, width, channels] = generated.shape
  const frameValues = height * width * channels
  return {
    a: bytes(generated, frames * frameValues),
    b: bytes(reference, frames * frameValues),
    frames,
    height,
    width,
    channels,
    frameValues,
  }
}

/** The checks of `framePair` alone. */
export function checkFramePair(generated: FrameArray, reference: FrameArray, where: string): void {
  checkFrames(generated, 'generated', where)
  checkFrames(reference, 'reference', where)
  if (generated.shape.some((size, axis) => size !== reference.shape[axis])) {
    throw metricError('shape-mismatch', where, {
      expected: 'generated and reference frames of one shape [T, H, W, 3]',
      found: `generated [${generated.shape.join(', ')}] and reference [${reference.shape.join(', ')}]`,
    })
  }
}

function checkFrames(frames: FrameArray, side: string, where: string): void {
  const { shape } = frames
  if (shape.length !== 4 || shape[3] !== 3 || !(frames.data instanceof Uint8Array)) {
    const kind = Object.prototype.toString.call(frames.data).slice(8, -1)
    throw metricError('not-frames', where, {
      expected: `${side} frames as Uint8Array [T, H, W, 3]`,
      found: `${kind} [${shape.join(', ')}]`,
    })
  }
  if (shape.some((size) => size < 1)) {
    throw metricError('empty', where, { expected: `at least one ${side} frame`, found: `[${shape.join(', ')}]` })
  }
}

function bytes(frames: FrameArray, values: number): Uint8Array {
  return contiguous(frames).data.subarray(0, values)
}
