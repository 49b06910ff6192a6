import type { FrameArray } from '@kinemetric/video'
import { metricError } from '../recipes/metric-error.ts'
import type { RecipeInfo } from '../recipes/recipe.ts'
import type { FrameFormula } from '../spec/frame-formula.ts'
import { framePair } from './frame-pair.ts'

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
 * @returns `[T]`
 * @throws KinemetricError `shape-mismatch`, `not-frames`, `empty`, `too-small`; `bad-option` for a metric without a frame formula
 */
export function eachFrame<R extends RecipeInfo>(
  metric: FrameMetric<R>,
  generated: FrameArray,
  reference: FrameArray,
  recipe: R,
): Float64Array {
  const { a, b, frames, height, width, frameValues } = framePair(generated, reference, metric.id)
  const formula = formulaOf(metric)
  requireSize(metric, recipe, height, width)
  const values = new Float64Array(frames)
  for (let t = 0; t < frames; t++) {
    const [start, end] = [t * frameValues, (t + 1) * frameValues]
    values[t] = formula.value(
      { generated: a.subarray(start, end), reference: b.subarray(start, end), height, width },
      recipe,
    )
  }
  return values
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
