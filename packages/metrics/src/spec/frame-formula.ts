import type { RecipeInfo } from '../recipes/recipe.ts'

/** One frame of both sides: bytes `[height, width, 3]`, row-major, sRGB. */
export interface FrameBytes {
  generated: Uint8Array
  reference: Uint8Array
  height: number
  width: number
}

/** A number a pixel of a frame, or of those of its pixels that have one. */
export interface FrameMap {
  /** `[height, width]` */
  values: ArrayLike<number>
  height: number
  width: number
  /** Where its first value lies in the frame. */
  top: number
  left: number
}

/**
 * A metric that has a value for every pair of frames, whatever the other frames are. Worker threads import the file that it stands in by its address:
 * such a file must not load a decoder or a network.
 */
export interface FrameFormula<R extends RecipeInfo = RecipeInfo> {
  /** `import.meta.url` of the metric's file. */
  file: string
  /** Smallest height and width that a recipe can score. */
  smallest(recipe: R): number
  value(frame: FrameBytes, recipe: R): number
  /** What the value is made of, pixel by pixel; absent: a part of a frame has no value. */
  map?(frame: FrameBytes, recipe: R): FrameMap
  /** What the mean of the map over a part of a frame makes; absent: it is the value. */
  ofMapMean?(mean: number, recipe: R): number
}
