import type { Score, TakesDetails } from '@kinemetric/records'
import { z } from 'zod'
import type { ChoosableSetting } from '../recipes/choosable-setting.ts'
import type { RecipeInfo } from '../recipes/recipe.ts'
import { type Averaging, means } from '../spec/averaging.ts'
import { meanOfClips } from '../spec/mean-of-clips.ts'
import type { ClipValues, MeasuredClip, MeasuredSet } from '../spec/measured-set.ts'
import type { Concluding, MetricSpec } from '../spec/metric-spec.ts'
import type { ClipTakes, MaskCodec, TakesNeed } from '../spec/need.ts'
import {
  type Formula,
  meanMeasures,
  physicalVariance,
  runScore,
  type RunScore,
  viewRatios,
} from './physics-iq-score.ts'
import { roundTo } from './round-to.ts'
import { viewMeasures, type ViewMeasures } from './view-measures.ts'

// Physics-IQ: does what moves move where, when and as it does in reality, in the measure in which reality repeats itself? Motamed et al., Do generative video
// models understand physical principles? (arXiv 2501.09038), and Physics-IQ Verified (arXiv 2606.18943).

/** A recipe of Physics-IQ: one of the formulas that its two codes print. */
export interface PhysicsIqRecipe extends RecipeInfo {
  formula: Formula
  maskCodec: MaskCodec
  decode: TakesNeed['decode']
  /** Decimals to which the score is printed by its code. */
  decimals: number
}

const choosable: readonly ChoosableSetting[] = [
  {
    name: 'maskCodec',
    kind: 'word',
    words: ['mpeg4', 'lossless'],
    default: 'mpeg4',
    summary: 'whether masks go through the video that the benchmark’s code writes them to, or are compared as they are',
  },
  {
    name: 'decode',
    kind: 'word',
    words: ['opencv', 'tagged'],
    default: 'opencv',
    summary: 'colours as OpenCV reads them, or by the files’ own tags',
  },
]

function physicsIqRecipe(
  formula: Formula,
  summary: string,
  settings: Record<string, string>,
  decimals: number,
): PhysicsIqRecipe {
  return {
    id: formula,
    summary,
    formula,
    maskCodec: 'mpeg4',
    decode: 'opencv',
    decimals,
    choosable,
    settings: {
      score: formula,
      ...settings,
      moves: 'average-0.3-above-10-open-close-5',
      resize: 'opencv-linear-quarter',
      frameValues: 'rounded-4',
      maskCodec: 'mpeg4',
      decode: 'opencv',
      onShortVideo: 'error',
      realClips: 'published',
    },
  }
}

/** Beyond what floating point holds of a mean: the table's values then give the score to the bit. */
const ALL_DECIMALS = 10

const recipes: readonly PhysicsIqRecipe[] = [
  physicsIqRecipe(
    'script',
    'the score of the original code (2025): shares of reality’s own overlaps less the larger error, over all views; rounded as it does',
    { of: 'ratio-of-means', variance: 'rounded-4-4-5' },
    2,
  ),
  physicsIqRecipe(
    'table',
    'the same without rounding, as the code of Verified prints it beside its own (final_score_orig)',
    { of: 'ratio-of-means', variance: 'unrounded' },
    ALL_DECIMALS,
  ),
  physicsIqRecipe(
    'stable',
    'the same with each share and the error cut to 0..1 first (final_score_stable)',
    { of: 'ratio-of-means', variance: 'unrounded', terms: 'cut' },
    ALL_DECIMALS,
  ),
  physicsIqRecipe(
    'verified',
    'Physics-IQ Verified (2026): four shares of reality’s own measures a view, each cut to 1; the mean over views',
    { of: 'mean-of-ratios', epsilon: '1e-8' },
    ALL_DECIMALS,
  ),
]

const averaging: Averaging<PhysicsIqRecipe> = {
  ...means,
  ofSet: (clips, recipe) => {
    const value = means.ofSet(clips, recipe)
    return (indices) => roundTo(value(indices), recipe.decimals)
  },
}

export const physicsIqSpec: MetricSpec<'takes', PhysicsIqRecipe> = {
  id: 'physics-iq',
  title: 'Physics-IQ',
  group: 'physics',
  label: { short: 'Physics-IQ', long: 'Physics-IQ: as close as reality comes to itself', decimals: 2 },
  unit: '',
  better: 'higher',
  range: [0, 100],
  per: 'clip',
  aligned: true,
  version: 1,
  sees: 'Where, when and how much moves, and how frames differ, in the measure in which two recordings of a scene do.',
  misses:
    'What moves: any change of brightness counts. A still video has no overlap with what moves, but may have the smallest error.',
  defaultRecipe: 'script',
  recipes,
  matches: 'google-deepmind/physics-IQ-benchmark e457754',
  cite: 'Motamed, Culp, Swersky, Jaini & Geirhos, Do generative video models understand physical principles?, 2025 (arXiv 2501.09038)',
  averaging,
  needs: ({ maskCodec, decode }) => ({ kind: 'takes', ask: { codec: maskCodec, decode } }),
  measure: measureView,
  clipValues,
  // Against another scene's takes it says nothing: what moves is elsewhere.
  unrelated: () => Promise.resolve(undefined),
  conclude: (set, recipe, how) => Promise.resolve(concludeViews(set, recipe, how)),
}

/** What a view alone gets, which the set's own values take the place of; and what they are made of. */
function measureView(given: ClipTakes): ClipValues {
  const view = viewMeasures(given)
  const { spatiotemporal, spatial, weightedSpatial, mse } = viewRatios(view)
  const alone = 25 * (spatiotemporal + spatial + weightedSpatial + mse)
  return { series: { frames: [-1], values: Float64Array.of(alone) }, notes: [z.json().parse(view)] }
}

const measuresSchema = z.object({
  mse: z.number(),
  spatiotemporal: z.number(),
  spatial: z.number(),
  weightedSpatial: z.number(),
})
const framesSchema = measuresSchema.pick({ mse: true, spatiotemporal: true })
const viewSchema = z.object({
  frames: z.number(),
  generated: measuresSchema,
  reality: measuresSchema,
  unrounded: z.object({ generated: framesSchema, reality: framesSchema }),
})

/** What was measured of a set: run by run, or why there is no score of it. */
type Runs = { clips: readonly MeasuredClip[]; runs: ViewMeasures[][] } | { reason: string }

/** A run has every view of every scenario: a mean over some of them is another benchmark. */
function runsOf(all: Iterable<MeasuredClip>, absent: readonly string[]): Runs {
  const clips = [...all]
  const notes = clips.map(({ values, notes: own }) =>
    values === undefined || own === undefined ? [] : viewSchema.array().parse(own),
  )
  const without = [...clips.filter((_, i) => notes[i].length === 0).map(({ clip }) => clip), ...absent]
  if (without.length > 0) {
    const named = `${without.slice(0, 3).join(', ')}${without.length > 3 ? ', …' : ''}`
    return {
      reason: `${without.length} of ${clips.length + absent.length} views were not measured (${named}), and the score is of all of them`,
    }
  }
  const count = Math.min(...notes.map(({ length }) => length))
  if (notes.some(({ length }) => length !== count)) return { reason: 'its runs do not all have every view' }
  const byScenario = Map.groupBy(clips, ({ unit, clip }) => unit ?? clip)
  const sizes = new Set(Array.from(byScenario.values(), ({ length }) => length))
  if (sizes.size > 1) return { reason: 'some scenarios have fewer views than others' }
  return { clips, runs: Array.from({ length: count }, (_, run) => notes.map((own) => own[run])) }
}

function clipValues(
  clips: Iterable<MeasuredClip>,
  { formula }: PhysicsIqRecipe,
  absent: readonly string[],
): (number | undefined)[] {
  const all = [...clips]
  const found = runsOf(all, absent)
  if ('reason' in found) return all.map(() => undefined)
  const scores = found.runs.map((views) => runScore(views, formula))
  if (scores.some(({ value }) => Number.isNaN(value))) return all.map(() => undefined)
  return all.map((_, view) => scores.reduce((sum, run) => sum + run.views[view], 0) / scores.length)
}

function concludeViews(set: MeasuredSet, recipe: PhysicsIqRecipe, how: Concluding): Score {
  const { absent = [] } = how
  const values = clipValues(set.clips, recipe, absent)
  const clips = Array.from(set.clips, (clip, i) => {
    const value = values[i]
    return { ...clip, values: value === undefined ? undefined : Float64Array.of(value) }
  })
  const score = meanOfClips(physicsIqSpec, { ...set, clips }, recipe, how)
  const found = runsOf(set.clips, absent)
  if ('reason' in found) return withWarning(score, `no value: ${found.reason}`)
  if (score.value === null)
    return withWarning(score, 'no value: reality’s two takes have nothing in common to divide by')
  const { runs } = found
  const scores = runs.map((views) => runScore(views, recipe.formula))
  const value = scores.length === 1 ? score.value : meanOf(scores.map((run) => run.value))
  return { ...score, value, details: { ...score.details, takes: takesDetails(found, scores, recipe) } }
}

/** What stands behind the score. */
function takesDetails(
  { clips, runs }: Exclude<Runs, { reason: string }>,
  scores: readonly RunScore[],
  { formula }: PhysicsIqRecipe,
): TakesDetails {
  const all = runs.flat()
  const [first] = runs
  const values = scores.map(({ value }) => value)
  return {
    ceiling: ceilingOf(first, formula),
    scenarios: new Set(clips.map(({ unit, clip }) => unit ?? clip)).size,
    subScores: {
      spatiotemporal: meanOf(scores.map(({ parts }) => parts.spatiotemporal)),
      spatial: meanOf(scores.map(({ parts }) => parts.spatial)),
      weightedSpatial: meanOf(scores.map(({ parts }) => parts.weightedSpatial)),
      mse: meanOf(scores.map(({ parts }) => parts.mse)),
    },
    measures: { generated: meanMeasures(all, 'generated'), reality: meanMeasures(first, 'reality') },
    physicalVariance: physicalVariance(first),
    ...(runs.length > 1 ? { runs: { values, sd: sampleDeviation(values) } } : {}),
    views: clips.map(({ clip }, i) => ({
      clip,
      generated: meanMeasures(
        runs.map((views) => views[i]),
        'generated',
      ),
      reality: meanMeasures([first[i]], 'reality'),
    })),
  }
}

/** What the second take would get as a generated video. */
function ceilingOf(views: readonly ViewMeasures[], formula: Formula): number {
  return runScore(
    views.map((view) => ({ ...view, generated: view.reality })),
    formula,
  ).value
}

function withWarning(score: Score, warning: string): Score {
  return {
    ...score,
    value: null,
    interval: null,
    warnings: [warning, ...(score.warnings ?? []).filter((other) => !other.startsWith('no value'))],
  }
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function sampleDeviation(values: readonly number[]): number {
  const mean = meanOf(values)
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1))
}
