import type { RecipeInfo } from '../recipes/recipe.ts'
import type { FrameFormula } from '../spec/frame-formula.ts'

/** A metric's formula under one recipe. */
export interface FrameMeasure {
  formula: FrameFormula
  recipe: RecipeInfo
}

/** Two clips as bytes; what a worker gets. */
export interface ClipBytes {
  /** `[T, H, W, 3]` row-major */
  a: Uint8Array
  b: Uint8Array
  frames: number
  height: number
  width: number
}

/** Values per frame, `[T]`, of each measure: one pass over the pixels, frame by frame. */
export function measureClipBytes(
  { a, b, frames, height, width }: ClipBytes,
  measures: readonly FrameMeasure[],
): Float64Array[] {
  const frameValues = height * width * 3
  const values = measures.map(() => new Float64Array(frames))
  for (let t = 0; t < frames; t++) {
    const generated = a.subarray(t * frameValues, (t + 1) * frameValues)
    const reference = b.subarray(t * frameValues, (t + 1) * frameValues)
    for (const [i, { formula, recipe }] of measures.entries())
      values[i][t] = formula.value({ generated, reference, height, width }, recipe)
  }
  return values
}

/** The values of consecutive parts of a clip as those of the whole. */
export function joinParts(parts: readonly (readonly Float64Array[])[]): Float64Array[] {
  return parts[0].map((_, i) => Float64Array.from(parts.flatMap((part) => [...part[i]])))
}
