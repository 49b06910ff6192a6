import { countOf } from '@kinemetric/files'
import type { HeldClaimFile } from '@kinemetric/records'

/** What a claim is held against. */
export interface ClaimAsk {
  readonly claimed: number
  /** Digits that the paper prints behind the point in this column. */
  readonly decimals: number
  readonly measured: number | null
  readonly interval: { readonly low: number; readonly high: number } | null
  /** The benchmark's own margin, in the metric's unit; undefined where it has none. */
  readonly within: number | undefined
  readonly clips: HeldClaimFile['clips']
  /** By which share the number of clips may differ. */
  readonly clipsWithin: number
  /** What is known to be otherwise than in the claim: golden weights, another recipe, other settings. */
  readonly otherwise: readonly string[]
}

/**
 * Whether a measurement reproduces a claim. It does where it is tested equivalent: its whole interval lies within the claim ± margin (two one-sided tests, each
 * at half of 1 − level). It does not where the whole interval lies outside. A value inside of an interval says neither: few clips have wide ones.
 * What is of other clips, weights or recipes is not compared at all.
 */
export function claimVerdict(ask: ClaimAsk): Pick<HeldClaimFile, 'verdict' | 'reasons' | 'difference' | 'margin'> {
  const { claimed, measured, interval, within, clips } = ask
  const margin = within === undefined ? null : within + roundingOf(ask)
  const difference = measured === null ? null : measured - claimed
  const reasons = reasonsOf(ask)
  const answer = (verdict: HeldClaimFile['verdict'], why: readonly string[] = []) => ({
    verdict,
    reasons: [...why],
    difference,
    margin,
  })
  if (reasons.length > 0 || interval === null || margin === null) return answer('not-comparable', reasons)
  const [low, high] = [claimed - margin, claimed + margin]
  if (interval.low >= low && interval.high <= high) return answer('reproduced')
  if (interval.high < low || interval.low > high) return answer('not-reproduced')
  return answer('not-comparable', [
    `${countOf(clips.measured, 'clip')} cannot tell: the interval reaches across the margin`,
  ])
}

/** Half of the last digit that is printed. */
function roundingOf({ decimals }: ClaimAsk): number {
  return 0.5 * 10 ** -decimals
}

function reasonsOf({ measured, interval, within, clips, clipsWithin, otherwise }: ClaimAsk): string[] {
  if (measured === null) return otherwise.length > 0 ? [...otherwise] : ['not measured here']
  const reasons = [...otherwise]
  const { measured: n, claimed } = clips
  if (claimed === null) reasons.push('the source does not say of how many clips')
  else if (Math.abs(n - claimed) > clipsWithin * claimed)
    reasons.push(`other clips (${n.toLocaleString('en')} here, ${claimed.toLocaleString('en')} there)`)
  if (interval === null) reasons.push('no interval here')
  if (within === undefined) reasons.push('the benchmark has no margin for it')
  return reasons
}
