import type { FrameArray } from '@kinemetric/video'
import { metricError } from '../recipes/metric-error.ts'
import type { RecipeInfo } from '../recipes/recipe.ts'
import type { FrameFormula } from '../spec/frame-formula.ts'
import { valueOfRegion } from './frame-measurements.ts'
import { framePair } from './frame-pair.ts'
import { regionOf } from './region/region.ts'

/** A metric that has a value for every pair of frames. */
export interface FrameMetric<R extends RecipeInfo> {
  id: string
  frame?: FrameFormula<R>
}

/**
 * A metric's value of each frame, in this thread.
 *
 * @param generated `[T, H, W, 3]`, 0..255, sRGB
 * @param reference the same shape
 * @param region of a recipe that is of a part of each frame, its pixels: `[T, H, W]`, not 0 inside
 * @returns `[T]`; NaN where a region has no pixel
 * @throws KinemetricError `shape-mismatch`, `not-frames`, `empty`, `too-small`; `bad-option` for a metric without a frame formula
 */
export function eachFrame<R extends RecipeInfo>(
  metric: FrameMetric<R>,
  generated: FrameArray,
  reference: FrameArray,
  recipe: R,
  region?: Uint8Array,
): Float64Array {
  const { a, b, frames, height, width, frameValues } = framePair(generated, reference, metric.id)
  const formula = formulaOf(metric)
  requireSize(metric, recipe, height, width)
  requireRegion(metric, recipe, region, { frames, height, width })
  const size = height * width
  const values = new Float64Array(frames)
  for (let t = 0; t < frames; t++) {
    const [start, end] = [t * frameValues, (t + 1) * frameValues]
    const frame = { generated: a.subarray(start, end), reference: b.subarray(start, end), height, width }
    values[t] =
      region === undefined
        ? formula.value(frame, recipe)
        : valueOfRegion(formula, frame, recipe, region.subarray(t * size, (t + 1) * size))
  }
  return values
}

/**
 * A recipe of a part of each frame needs its pixels, and no other one takes any.
 * @throws KinemetricError `bad-option`, `shape-mismatch`
 */
export function requireRegion<R extends RecipeInfo>(
  { id, frame }: FrameMetric<R>,
  recipe: R,
  region: Uint8Array | undefined,
  { frames, height, width }: { frames: number; height: number; width: number },
): void {
  const ask = regionOf(recipe)
  if ((ask === undefined) !== (region === undefined))
    throw metricError('bad-option', `${id}:${recipe.id}`, {
      expected: ask === undefined ? 'no region: it is of whole frames' : 'the pixels of its region',
      found: ask === undefined ? 'one' : 'none',
    })
  if (region === undefined) return
  if (frame?.map === undefined)
    throw metricError('bad-option', id, { expected: 'a metric with a map', found: 'one of whole frames alone' })
  if (region.length !== frames * height * width)
    throw metricError('shape-mismatch', id, {
      expected: `a region of ${frames}×${height}×${width}`,
      found: `${region.length} pixels`,
    })
}

/** @throws KinemetricError `bad-option` for a metric that has no value for a pair of frames */
export function formulaOf<R extends RecipeInfo>({ id, frame }: FrameMetric<R>): FrameFormula<R> {
  if (frame !== undefined) return frame
  throw metricError('bad-option', id, { expected: 'a metric of single frames', found: 'one without a frame formula' })
}

/** @throws KinemetricError `too-small` when a recipe's window does not fit the frames */
export function requireSize<R extends RecipeInfo>(
  metric: FrameMetric<R>,
  recipe: R,
  height: number,
  width: number,
): void {
  const smallest = formulaOf(metric).smallest(recipe)
  if (Math.min(height, width) >= smallest) return
  throw metricError('too-small', metric.id, {
    expected: `frames of at least ${smallest}x${smallest} pixels (height x width) for the window of the recipe '${recipe.id}'`,
    found: `${height}x${width}`,
  })
}
