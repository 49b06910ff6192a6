import type { RecipeInfo } from '../recipes/recipe.ts'

/** One frame of both sides: bytes `[height, width, 3]`, row-major, sRGB. */
export interface FrameBytes {
  generated: Uint8Array
  reference: Uint8Array
  height: number
  width: number
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
}
