import { bootstrap, type BootstrapOptions, type IntervalOutcome } from '../intervals/bootstrap.ts'
import { hallInterval } from '../intervals/hall-interval.ts'
import { unitValues } from '../intervals/units/unit-values.ts'
import type { RecipeInfo } from '../recipes/recipe.ts'
import type { Averaging, MeanForm } from './averaging.ts'

/** How the interval of a mean over clips is made. */
export interface ClipIntervalOptions extends Omit<BootstrapOptions, 'interval'> {
  interval?: 'hall-t' | 'bca' | 'percentile' | undefined
  units?: readonly string[] | undefined
  weights?: readonly number[] | undefined
}

/** The set's value of some of its clips: as the metric averages, or by the clips' weights where they have any. */
export function valueOfClips<R extends RecipeInfo>(
  averaging: Averaging<R>,
  clips: readonly Float64Array[],
  recipe: R,
  weights: readonly number[] | undefined,
): (indices: readonly number[]) => number {
  if (weights === undefined) {
    const statistic = averaging.ofSet(clips, recipe)
    return (indices) => statistic(Uint32Array.from(indices))
  }
  const form = averaging.asMean(clips, recipe)
  const all = weightsOf(form, weights)
  return (indices) => {
    const { mean } = unitValues({
      values: indices.map((i) => form.values[i]),
      weights: indices.map((i) => all?.[i] ?? 1),
    })
    return form.back?.(mean) ?? mean
  }
}

/** The interval of a set's value over source videos. @param metric its range cuts the ends */
export function intervalOfClips<R extends RecipeInfo>(
  metric: { range: readonly [low: number, high: number] },
  averaging: Averaging<R>,
  clips: readonly Float64Array[],
  recipe: R,
  { interval: kind = 'hall-t', units, weights, ...options }: ClipIntervalOptions,
): IntervalOutcome {
  if (kind !== 'hall-t' && units === undefined && weights === undefined)
    return bootstrap(clips.length, averaging.ofSet(clips, recipe), { ...options, interval: kind })
  const form = averaging.asMean(clips, recipe)
  const { values } = unitValues({ values: form.values, weights: weightsOf(form, weights), units })
  if (kind !== 'hall-t')
    return bootstrap(values.length, (indices) => backOfMean(form, values, indices), { ...options, interval: kind })
  const outcome = hallInterval(values, { level: options.level, range: form.range ?? metric.range })
  return outcome.interval === null ? { interval: null, reason: outcome.reason } : mapped(outcome.interval, form)
}

/** The interval of a function of a mean: the function of its ends, in order. JSON has no infinity, so that an end there leaves none. */
function mapped(interval: NonNullable<IntervalOutcome['interval']>, { back }: MeanForm): IntervalOutcome {
  if (back === undefined) return { interval }
  const [low, high] = [back(interval.low), back(interval.high)].sort((a, b) => a - b)
  if (!Number.isFinite(low) || !Number.isFinite(high)) return { interval: null, reason: 'one of its ends is infinite' }
  return { interval: { ...interval, low, high } }
}

function backOfMean({ back }: MeanForm, values: Float64Array, indices: Uint32Array): number {
  let sum = 0
  for (const index of indices) sum += values[index]
  const mean = sum / indices.length
  return back?.(mean) ?? mean
}

/** What each clip counts: its own weight times what it was given; undefined where all count alike. */
function weightsOf(form: MeanForm, weights: readonly number[] | undefined): Float64Array | undefined {
  if (weights === undefined) return form.weights
  return Float64Array.from(weights, (weight, i) => weight * (form.weights?.[i] ?? 1))
}
