import type { RecordMethod, RunCost } from '@kinemetric/records'
import { formatNumber } from '../format-score.ts'
import { counted, countText } from './counted-words.ts'

const runners = {
  native: 'Runs here: native.',
  program: 'Runs here: as a program.',
  frames: 'Not run here: its frames were handed in.',
}

const unknown = 'not in its record'

/** How a method's clips were made, by whom, and who scored them; what the record does not say is said to be so. */
export function originWords({ origin = {} }: Pick<RecordMethod, 'origin'>): string {
  const { runner, sampledBy, scoredBy, byAuthors } = origin
  const scored = [scoredBy, byAuthors === true ? 'its authors' : undefined].filter((who) => who !== undefined)
  const who = `Sampled by: ${sampledBy ?? unknown} · scored by: ${scored.join(', ') || unknown}.`
  return `${runner === undefined ? `How it was run: ${unknown}.` : runners[runner]} ${who}`
}

/** What a clip took a method, with its device, or that nothing beside its record says so. */
export function costWords(cost: RunCost | undefined): string {
  if (cost === undefined) return 'not known here'
  const { secondsPerSample, samples, devices } = cost
  // As many digits as say something: 0.03, 4.2, 184.
  const few = formatNumber(secondsPerSample, secondsPerSample >= 1 ? 1 : 2)
  const some = secondsPerSample < 0.005 ? '< 0.01' : few
  const seconds = secondsPerSample >= 100 ? countText(Math.round(secondsPerSample)) : some
  const on = devices.length === 0 ? 'its run does not say on what' : `on ${devices.join('; ')}`
  return `${seconds} (median of ${counted(samples, 'sample')}; ${on})`
}
