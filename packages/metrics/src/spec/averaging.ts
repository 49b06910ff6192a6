import type { RecipeInfo } from '../recipes/recipe.ts'

/** How a clip's value is made of its frames', and a set's of its clips'. */
export interface Averaging<R extends RecipeInfo = RecipeInfo> {
  /** One clip's value; `values` are its frames', none of them NaN. */
  ofClip(values: Float64Array, recipe: R): number
  /** The set's value of the clips with these indices, which may repeat: what resampling calls. */
  ofSet(clips: readonly Float64Array[], recipe: R): (indices: Uint32Array) => number
  /** The set's value as a function of a mean of one number a clip: what its interval is made of. */
  asMean(clips: readonly Float64Array[], recipe: R): MeanForm
  /** Whether a clip has a frame whose value a recipe cuts off: such clips carry the mean. Absent: none is cut off. */
  reachesCap?(values: Float64Array, recipe: R): boolean
  /** What a reader has to know of the values; an infinite value is told here. */
  remarks(clips: readonly Float64Array[], value: number, recipe: R): string[]
}

/** `back` of a weighted mean of `values`. */
export interface MeanForm {
  /** `[clips]` */
  values: Float64Array
  /** `[clips]` what each counts of itself, before anyone weighs the clips: its frames, where they are pooled. Absent: 1. */
  weights?: Float64Array | undefined
  /** Smallest and largest mean that there can be; absent: the metric's range. */
  range?: readonly [low: number, high: number] | undefined
  /** Monotone; absent: the mean itself. */
  back?: ((mean: number) => number) | undefined
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
  asMean: (clips) => ({ values: Float64Array.from(clips, mean) }),
  remarks: (_, value) => (Number.isFinite(value) ? [] : [`no value: it is ${value}`]),
}

export function mean(values: Float64Array): number {
  let sum = 0
  for (const value of values) sum += value
  return sum / values.length
}
