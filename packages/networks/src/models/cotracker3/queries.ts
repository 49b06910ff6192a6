import type { CheckedClip } from '../../roles/check-clip.ts'
import type { Query, Tracklets } from '../../tracklets/tracklets.ts'
import { cotracker3 } from './model.ts'
import type { TrackState } from './network.ts'
import { networkError } from '../../tracklets/network-error.ts'

/** Pixels of the original frame to pixels of the model's, and back. */
export interface Scale {
  x: number
  y: number
}

/** @throws KinemetricError `not-frames` for a frame one pixel high or wide, which has no scale */
export function modelScale({ width, height }: CheckedClip): Scale {
  if (width < 2 || height < 2) {
    throw networkError('not-frames', 'cotracker3', {
      expected: 'frames of at least 2x2 pixels',
      found: `${width}x${height}`,
    })
  }
  return { x: (cotracker3.width - 1) / (width - 1), y: (cotracker3.height - 1) / (height - 1) }
}

/** Queries in pixels of the model's frame. */
export function scaledQueries(queries: readonly Query[], scale: Scale): Query[] {
  return queries.map(({ t, x, y }) => ({ t, x: x * scale.x, y: y * scale.y }))
}

/** The 6 × 6 points of frame 0 that are tracked along with few points to give them context, in the model's pixels. */
export function supportGrid(): Query[] {
  const side = 6
  const margin = cotracker3.width / 64
  return Array.from({ length: side * side }, (_, index) => ({
    t: 0,
    x: margin + ((index % side) * (cotracker3.width - 2 * margin)) / (side - 1),
    y: margin + (Math.floor(index / side) * (cotracker3.height - 2 * margin)) / (side - 1),
  }))
}

/** `[N, 2]` in features of level 0. */
export function featurePoints(queries: readonly Query[]): Float32Array {
  return Float32Array.from(queries.flatMap(({ x, y }) => [x / cotracker3.stride, y / cotracker3.stride]))
}

export function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit))
}

/**
 * What the model found, in pixels of the original frame.
 *
 * @param visible whether the point at `[N, T]` counts as visible
 */
export function foundTracklets(
  { coordinates }: Pick<TrackState, 'coordinates'>,
  count: number,
  length: number,
  scale: Scale,
  visible: (at: number) => boolean,
): Tracklets {
  const found = { points: new Float32Array(count * length * 2), visible: new Uint8Array(count * length), count, length }
  for (let at = 0; at < count * length; at++) {
    found.points[2 * at] = (coordinates[2 * at] * cotracker3.stride) / scale.x
    found.points[2 * at + 1] = (coordinates[2 * at + 1] * cotracker3.stride) / scale.y
    found.visible[at] = visible(at) ? 1 : 0
  }
  return found
}
