import type { Score } from '@kinemetric/records'
import { countOf } from '@kinemetric/files'
import type { MeasuredClips } from '../spec/measured-set.ts'

/** So close to 1 is rounding. */
const STILL = 1 - 1e-9

/** So many clips are named. */
const named = 5

/**
 * A score with a warning that names the clips in which nothing changes: they are 1, the best that there is, on every scale, whatever they show. VBench filters such videos out
 * beforehand in its standard mode.
 */
export function tellOfStill(score: Score, clips: MeasuredClips): Score {
  const still: string[] = []
  for (const { clip, values } of clips) if (values?.every((value) => value >= STILL) === true) still.push(clip)
  if (still.length === 0) return score
  const names = still.slice(0, named).join(', ') + (still.length > named ? ', …' : '')
  const message = `nothing changes in ${still.length} of ${countOf(clips.length, 'clip')} (${names}): a still video has the best value, 1, whatever it shows`
  return { ...score, warnings: [...(score.warnings ?? []), message] }
}
