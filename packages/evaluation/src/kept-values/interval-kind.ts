import type { BootstrapOptions } from '@kinemetric/metrics'
import type { Score } from '@kinemetric/records'

/** How an interval over clips was made. */
export interface IntervalKind extends Pick<BootstrapOptions, 'seed' | 'resamples'> {
  interval: 'hall-t' | 'bca' | 'percentile'
}

/** More draws than anybody takes: a record is not to keep a machine busy for days. */
const MOST_RESAMPLES = 1_000_000

/**
 * How to make an interval again, of what it says of its own making (`hall-t`; `bootstrap-bca, 1000 resamples of 8 clips, seed 0`); none is made as usual.
 * @returns undefined for what no version says
 */
export function intervalKind(interval: Score['interval']): IntervalKind | undefined {
  if (interval === null || interval.method === 'hall-t') return { interval: 'hall-t' }
  const [, kind, resamples, seed] =
    /^bootstrap-(bca|percentile), (\d+) resamples of \d+ clips, seed (\d+)$/.exec(interval.method) ?? []
  if (kind !== 'bca' && kind !== 'percentile') return undefined
  if (Number(resamples) < 1 || Number(resamples) > MOST_RESAMPLES || !Number.isSafeInteger(Number(seed)))
    return undefined
  return { interval: kind, resamples: Number(resamples), seed: Number(seed) }
}
