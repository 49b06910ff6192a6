import type { RecipeInfo } from '../recipes/recipe.ts'

/** How a clip's value is made of its frames', and a set's of its clips'. */
export interface Averaging<R extends RecipeInfo = RecipeInfo> {
  /** One clip's value; `values` are its frames', none of them NaN. */
  ofClip(values: Float64Array, recipe: R): number
  /** The set's value of the clips with these indices, which may repeat: what resampling calls. */
  ofSet(clips: readonly Float64Array[], recipe: R): (indices: Uint32Array) => number
  /** What a reader has to know of the values; an infinite value is told here. */
  remarks(clips: readonly Float64Array[], value: number, recipe: R): string[]
}

/** The mean over each clip's frames first, then over the clips, so that a longer clip weighs no more. */
export const means: Averaging = {
  ofClip: mean,
  ofSet: (clips) => {
    const values = clips.map(mean)
    return (indices) => {
      let sum = 0
      for (const index of indices) sum += values[index]
      return sum / indices.length
    }
  },
  remarks: (_, value) => (Number.isFinite(value) ? [] : [`no value: it is ${value}`]),
}

export function mean(values: Float64Array): number {
  let sum = 0
  for (const value of values) sum += value
  return sum / values.length
}
