import { contiguous } from '@kinemetric/video/contiguous'
import { metricError } from '../recipes/metric-error.ts'
import type { ClipTakes } from '../spec/need.ts'
import { overlapOf, overlapsOfTimes, timesMoving } from './overlaps.ts'
import { roundTo } from './round-to.ts'

/** What two videos of a scene have in common, each in [0, 1]. */
export type Measures = {
  /** Mean squared error of frames on a scale of 0..1; a mean over frames, each rounded to 4 decimals. */
  mse: number
  /** Of the pixels that move in a frame: intersection over union, a mean over frames, each rounded to 4 decimals. */
  spatiotemporal: number
  /** Of the pixels that move at any time. */
  spatial: number
  /** Of how often each pixel moves: Σ min / Σ max. */
  weightedSpatial: number
}

/** A view of a scenario: the generated video against the first take, and the second take against it. */
export interface ViewMeasures {
  frames: number
  generated: Measures
  /** The physical variance: what reality itself gets. */
  reality: Measures
  /** The means over frames without the rounding of each. */
  unrounded: { generated: Pick<Measures, 'mse' | 'spatiotemporal'>; reality: Pick<Measures, 'mse' | 'spatiotemporal'> }
}

/**
 * What the Physics-IQ benchmark measures of a view. Its code writes lists of frames' values to a file, and rounds each to 4 decimals when it reads them.
 * Source: google-deepmind/physics-IQ-benchmark e457754, code/calculate_and_write_metrics_to_csv.py and calculate_iq_score.py.
 * @throws KinemetricError `too-few` without a further take, or for a clip of one frame; `shape-mismatch`
 */
export function viewMeasures(given: ClipTakes): ViewMeasures {
  const known = measured.get(given) ?? measure(given)
  measured.set(given, known)
  return known
}

/** Every recipe is of the same measures. */
const measured = new WeakMap<ClipTakes, ViewMeasures>()

function measure({ generated, reference, takes, moving }: ClipTakes): ViewMeasures {
  const [second] = takes
  const [frames] = reference.shape
  if (second === undefined)
    throw metricError('too-few', 'physics-iq', { expected: 'a further take of the scene', found: 'none' })
  if (frames < 2)
    throw metricError('too-few', 'physics-iq', {
      expected: 'at least 2 frames, of which one can move',
      found: String(frames),
    })
  for (const [name, { shape }] of Object.entries({ generated, 'second take': second }))
    if (shape.join() !== reference.shape.join())
      throw metricError('shape-mismatch', 'physics-iq', {
        expected: `the ${name} to be [${reference.shape.join(', ')}], as the first take is`,
        found: `[${shape.join(', ')}]`,
      })
  const first = { frames: contiguous(reference).data, moving: moving.reference }
  const own = compare({ frames: contiguous(generated).data, moving: moving.generated }, first, frames)
  const variance = compare({ frames: contiguous(second).data, moving: moving.takes[0] }, first, frames)
  return {
    frames,
    generated: own.rounded,
    reality: variance.rounded,
    unrounded: { generated: own.unrounded, reality: variance.unrounded },
  }
}

interface Side {
  frames: Uint8Array
  moving: Uint8Array
}

function compare(a: Side, b: Side, count: number) {
  const mse = eachFrame(a.frames, b.frames, count, meanSquare)
  const overlap = eachFrame(a.moving, b.moving, count, overlapOf)
  const rounded: Measures = {
    mse: meanOf(mse.map((value) => roundTo(value, 4))),
    spatiotemporal: meanOf(overlap.map((value) => roundTo(value, 4))),
    ...overlapsOfTimes(timesMoving(a.moving, count), timesMoving(b.moving, count)),
  }
  return { rounded, unrounded: { mse: meanOf(mse), spatiotemporal: meanOf(overlap) } }
}

function eachFrame(
  a: Uint8Array,
  b: Uint8Array,
  count: number,
  of: (a: Uint8Array, b: Uint8Array) => number,
): number[] {
  const size = a.length / count
  return Array.from({ length: count }, (_, t) =>
    of(a.subarray(t * size, (t + 1) * size), b.subarray(t * size, (t + 1) * size)),
  )
}

function meanSquare(a: Uint8Array, b: Uint8Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) {
    const difference = a[i] - b[i]
    sum += difference * difference
  }
  return sum / a.length / 255 ** 2
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
