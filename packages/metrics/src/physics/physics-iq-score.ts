import { roundTo } from './round-to.ts'
import type { Measures, ViewMeasures } from './view-measures.ts'

/** The three overlaps, in the order in which they are added. */
export const overlaps = ['spatiotemporal', 'spatial', 'weightedSpatial'] as const
export type Overlap = (typeof overlaps)[number]
const kinds = [...overlaps, 'mse'] as const

/** How the scores of views become one. */
export type Formula = 'script' | 'table' | 'stable' | 'verified'

/** A run's score, on a scale of 0..100, and what it is made of. */
export interface RunScore {
  value: number
  /** `[views]` the score and what each view does to it: their mean is the value. */
  views: number[]
  /** Of each overlap its share of reality's, of MSE how much it is worse (`verified`: its share too); 0..100, before the whole is cut to it. */
  parts: Measures
}

/** What is added where a published formula divides by what may be 0. */
const EPSILON = 1e-8

/** The score of one run. NaN where a measure of reality is 0, by which it would be divided. */
export function runScore(views: readonly ViewMeasures[], formula: Formula): RunScore {
  return formula === 'verified' ? meanOfRatios(views) : ratioOfMeans(views, formula)
}

/**
 * Of each view how close each measure comes to reality's own, cut to 1; the mean over the four and over the views.
 * Source: Physics-IQ Verified (arXiv 2606.18943), `final_score_view`.
 */
function meanOfRatios(views: readonly ViewMeasures[]): RunScore {
  const ratios = views.map(viewRatios)
  const scores = ratios.map((each) => 25 * (each.spatiotemporal + each.spatial + each.weightedSpatial + each.mse))
  const parts = measuresOf((kind) => 100 * mean(ratios.map((each) => each[kind])))
  return { value: mean(scores), views: scores, parts }
}

/** The four ratios of a view, each cut to [0, 1]. */
export function viewRatios({ generated, reality }: ViewMeasures): Measures {
  return measuresOf((kind) => {
    if (kind !== 'mse') return cut(generated[kind] / (reality[kind] + EPSILON))
    return generated.mse === 0 ? 1 : cut((reality.mse + EPSILON) / generated.mse)
  })
}

/** Decimals to which the script rounds reality's means. */
const scriptDecimals: Readonly<Record<keyof Measures, number>> = {
  mse: 4,
  spatiotemporal: 4,
  weightedSpatial: 4,
  spatial: 5,
}

/**
 * The three overlaps as shares of reality's, over all views, less what the error is larger than reality's.
 * Source: google-deepmind/physics-IQ-benchmark e457754, `calculate_iq_score`; `final_score_orig` and `final_score_stable` of the Verified code.
 */
function ratioOfMeans(views: readonly ViewMeasures[], formula: Exclude<Formula, 'verified'>): RunScore {
  const own = measuresOf((kind) => mean(views.map(({ generated }) => generated[kind])))
  const real = measuresOf((kind) => mean(views.map(({ reality }) => reality[kind])))
  const by = formula === 'script' ? measuresOf((kind) => roundTo(real[kind], scriptDecimals[kind])) : real
  const bounded = formula === 'stable' ? cut : (value: number) => value
  const parts = measuresOf((kind) => (kind === 'mse' ? bounded(own.mse - by.mse) : bounded(own[kind] / by[kind])))
  const whole = (parts.spatiotemporal + parts.spatial + parts.weightedSpatial) / 3 - parts.mse
  const value = formula === 'script' ? roundTo(100 * cut(whole), 2) : 100 * cut(whole)
  // The first-order influence of a view on a ratio of means; none where the ratio was cut.
  const influence = ({ generated, reality }: ViewMeasures) => {
    let sum = 0
    for (const kind of overlaps) {
      const share = own[kind] / real[kind]
      if (formula !== 'stable' || share < 1) sum += (generated[kind] - share * reality[kind]) / real[kind] / 3
    }
    const more = own.mse - real.mse
    if (formula === 'stable' && more <= 0) return 100 * sum
    return 100 * (sum - (generated.mse - reality.mse - more))
  }
  return { value, views: views.map((view) => value + influence(view)), parts: measuresOf((kind) => 100 * parts[kind]) }
}

/** What the script prints beside its score: reality's overlaps together, less its error. */
export function physicalVariance(views: readonly ViewMeasures[]): number {
  const real = measuresOf((kind) => roundTo(mean(views.map(({ reality }) => reality[kind])), scriptDecimals[kind]))
  return roundTo(real.spatiotemporal + real.spatial + real.weightedSpatial - real.mse, 4)
}

/** The means of a side's measures, without the rounding of frames' values. */
export function meanMeasures(views: readonly ViewMeasures[], side: 'generated' | 'reality'): Measures {
  return measuresOf((kind) => mean(views.map((view) => ({ ...view[side], ...view.unrounded[side] })[kind])))
}

function measuresOf(value: (kind: keyof Measures) => number): Measures {
  const [spatiotemporal, spatial, weightedSpatial, mse] = kinds.map(value)
  return { mse, spatiotemporal, spatial, weightedSpatial }
}

/** To [0, 1]; NaN stays. */
function cut(value: number): number {
  return Math.min(1, Math.max(0, value))
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
