import type { Score } from '@kinemetric/records'
import type { RecipeInfo } from '../../recipes/recipe.ts'
import { meanOfClips, type Scored } from '../../spec/mean-of-clips.ts'
import type { Json, MeasuredClip, MeasuredSet } from '../../spec/measured-set.ts'
import type { Concluding } from '../../spec/metric-spec.ts'
import { regionOf } from './region.ts'

/** What is noted of a clip beside its values: how many frames it has, and in how many the region has no pixel. */
export interface RegionNotes {
  frames: number
  empty: number
}

/** A clip whose region is empty in every frame counts nothing and misses nothing, for every method alike; every other one counts 1. */
export function weighRegion(clip: MeasuredClip, recipe: RecipeInfo): number | undefined {
  if (regionOf(recipe) === undefined) return 1
  const notes = notesOf(clip.notes)
  return notes === undefined ? undefined : notes.empty === notes.frames ? 0 : 1
}

/** The score of a set, with how much of it a region leaves without a value. */
export function meanOfRegion<R extends RecipeInfo>(
  metric: Scored<R>,
  set: MeasuredSet,
  recipe: R,
  how: Concluding,
): Score {
  if (regionOf(recipe) === undefined) return meanOfClips(metric, set, recipe, how)
  const all = [...set.clips]
  const clips = all.filter((clip) => weighRegion(clip, recipe) !== 0)
  const score = meanOfClips(metric, { ...set, clips }, recipe, how)
  const notes = all.flatMap((clip) => notesOf(clip.notes) ?? [])
  const frames = notes.reduce((sum, each) => sum + each.frames, 0)
  const empty = notes.reduce((sum, each) => sum + each.empty, 0)
  if (empty === 0) return score
  const whole = all.length - clips.length
  const said = `${empty} of ${frames} frames have no pixel of the region and no value${whole === 0 ? '' : `; ${whole} of ${all.length} clips have none at all and do not count`}`
  return { ...score, warnings: [...(score.warnings ?? []), said] }
}

function notesOf(notes: Json | undefined): RegionNotes | undefined {
  if (typeof notes !== 'object' || notes === null || Array.isArray(notes)) return undefined
  const { frames, empty } = notes
  return typeof frames === 'number' && typeof empty === 'number' ? { frames, empty } : undefined
}
