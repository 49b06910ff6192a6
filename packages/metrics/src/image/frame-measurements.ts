import type { RecipeInfo } from '../recipes/recipe.ts'
import type { FrameBytes, FrameFormula } from '../spec/frame-formula.ts'
import { meanOverRegion } from './region/mean-over-region.ts'

/** A metric's formula under one recipe. */
export interface FrameMeasure {
  formula: FrameFormula
  recipe: RecipeInfo
  /** Which of the clip's regions it is of; absent: of whole frames. */
  region?: number | undefined
}

/** Two clips as bytes; what a worker gets. */
export interface ClipBytes {
  /** `[T, H, W, 3]` row-major */
  a: Uint8Array
  b: Uint8Array
  frames: number
  height: number
  width: number
  /** Each `[T, H, W]`, not 0 inside. */
  regions: readonly Uint8Array[]
}

/** Values per frame, `[T]`, of each measure: one pass over the pixels, frame by frame. */
export function measureClipBytes(
  { a, b, frames, height, width, regions }: ClipBytes,
  measures: readonly FrameMeasure[],
): Float64Array[] {
  const frameValues = height * width * 3
  const values = measures.map(() => new Float64Array(frames))
  for (let t = 0; t < frames; t++) {
    const generated = a.subarray(t * frameValues, (t + 1) * frameValues)
    const reference = b.subarray(t * frameValues, (t + 1) * frameValues)
    const frame = { generated, reference, height, width }
    for (const [i, { formula, recipe, region }] of measures.entries())
      values[i][t] =
        region === undefined
          ? formula.value(frame, recipe)
          : valueOfRegion(
              formula,
              frame,
              recipe,
              regions[region].subarray(t * height * width, (t + 1) * height * width),
            )
  }
  return values
}

/** A metric's value of a part of a frame; NaN where that has no pixel. @param region `[H, W]`, not 0 inside */
export function valueOfRegion(
  formula: FrameFormula,
  frame: FrameBytes,
  recipe: RecipeInfo,
  region: Uint8Array,
): number {
  const map = formula.map?.(frame, recipe)
  const mean = map === undefined ? Number.NaN : meanOverRegion(map, region, frame.width)
  return Number.isNaN(mean) ? mean : (formula.ofMapMean?.(mean, recipe) ?? mean)
}

/** The values of consecutive parts of a clip as those of the whole. */
export function joinParts(parts: readonly (readonly Float64Array[])[]): Float64Array[] {
  return parts[0].map((_, i) => Float64Array.from(parts.flatMap((part) => [...part[i]])))
}
