import type { ProbeDetails, ProbeNotes, Score } from '@kinemetric/records'
import { z } from 'zod'
import type { RecipeInfo } from '../recipes/recipe.ts'
import { meanOfClips, type Scored } from '../spec/mean-of-clips.ts'
import type { ClipValues, MeasuredClip, MeasuredSet } from '../spec/measured-set.ts'
import type { Concluding } from '../spec/metric-spec.ts'
import type { ClipProbe } from '../spec/need.ts'
import { probeClip } from './clip-probe.ts'
import { notesOf } from './probe-sets.ts'

/** A recipe of a probe: what it makes of the notes of one sample of a clip. */
export interface ProbeRecipe extends RecipeInfo {
  /** NaN where the clip has nothing that is asked about. */
  value(notes: ProbeNotes, side: 'generated' | 'tracked'): number
  /** How many objects (or pairs' objects) the value is a share of; 1 for a value that counts once a clip. 0: the scene has nothing that is asked about. */
  weight(notes: ProbeNotes): number
  /** What a video in which nothing moves gets. */
  still: number
}

/** `measure` of every probe. */
export function measureProbe(given: ClipProbe, recipe: ProbeRecipe): ClipValues {
  const notes = probeClip(given)
  const value = recipe.value(notes, 'generated')
  // A value that does not exist is none; the notes are kept all the same.
  return {
    ...(Number.isNaN(value) ? {} : { series: { frames: [-1], values: Float64Array.of(value) } }),
    notes: [z.json().parse(notes)],
  }
}

/** What a clip counts in the mean: the same for every method, for it is of the truth alone. */
export function weighProbe(clip: MeasuredClip, recipe: ProbeRecipe): number | undefined {
  const [first] = notesOf(clip)
  return first === undefined ? undefined : recipe.weight(first)
}

/**
 * The set's score of a probe: the mean over its objects, with floor (a video in which nothing moves) and ceiling (the truth through the same tracker).
 */
export function concludeProbe(
  metric: Scored<ProbeRecipe>,
  set: MeasuredSet,
  recipe: ProbeRecipe,
  how: Concluding,
  detailsOf: (notes: readonly ProbeNotes[][]) => Partial<ProbeDetails>,
): Score {
  // A scene without anything that is asked about is no missing value.
  const all = [...set.clips]
  const clips = all.map((clip) => ({ ...clip, weight: weighProbe(clip, recipe) })).filter(({ weight }) => weight !== 0)
  const score = meanOfClips(metric, { ...set, clips }, recipe, how)
  const notes = all.map(notesOf).filter(({ length }) => length > 0)
  const firsts = notes.map(([first]) => first)
  const missing = firsts.flatMap(({ missingPairs }) => missingPairs)
  const probe: ProbeDetails = {
    tracker: how.motion.tracker,
    scenes: notes.length,
    floor: recipe.still,
    ceiling: weightedMean(firsts, recipe),
    ...detailsOf(notes),
  }
  const warnings = [
    ...(score.warnings ?? []),
    ...(missing.length > 0 && recipe.settings.of === 'pairs'
      ? [`${missing.length} pairs have no video without the driver: ${missing[0].reason}`]
      : []),
  ]
  return { ...score, ...(warnings.length > 0 ? { warnings } : {}), details: { ...score.details, probe } }
}

/** Of the truth through the same tracker. */
function weightedMean(notes: readonly ProbeNotes[], recipe: ProbeRecipe): number | null {
  let [sum, total] = [0, 0]
  for (const each of notes) {
    const value = recipe.value(each, 'tracked')
    if (Number.isNaN(value)) continue
    const weight = recipe.weight(each)
    if (weight === 0) continue
    sum += weight * value
    total += weight
  }
  return total === 0 ? null : sum / total
}
