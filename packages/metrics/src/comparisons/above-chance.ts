import type { AboveChance } from '@kinemetric/records'
import type { ScoredClips } from './common-clips.ts'
import { type CompareValuesOptions, patternsFor } from './compare-values.ts'
import { signFlipTest } from './flips/sign-flip.ts'
import { holm } from './holm.ts'
import { type ClipWeighing, differencesOf, groupByUnit, weightedMean } from './unit-differences.ts'

/** A method's values, and what its generated clips get against the references of other clips. */
export interface ChanceInput {
  method: string
  scored: ScoredClips['values']
  unrelated: ScoredClips['values']
}

/**
 * Whether each method does better with the right references than with others': one-sided sign flips of (score − level by chance) on the clips that have
 * both, Holm over the methods.
 */
export function aboveChance(
  methods: readonly ChanceInput[],
  better: 'higher' | 'lower',
  { unitOf, weightOf, ...options }: ClipWeighing & Omit<CompareValuesOptions, 'comparisons'> = {},
): AboveChance[] {
  const tested = methods.flatMap(({ method, scored, unrelated }) => {
    const units = groupByUnit(
      [...scored.keys()].filter((clip) => unrelated.has(clip)),
      { unitOf, weightOf },
    )
    if (units.ids.length === 0) return []
    const over = (values: ScoredClips['values']) =>
      Float64Array.from(units.clips, (clip) => values.get(clip) ?? Number.NaN)
    const [own, chance] = [over(scored), over(unrelated)]
    const differences = better === 'higher' ? differencesOf(units, own, chance) : differencesOf(units, chance, own)
    const patterns = patternsFor(units.ids.length, { ...options, comparisons: methods.length })
    return [
      {
        method,
        value: weightedMean(units, own),
        chance: weightedMean(units, chance),
        units: units.ids.length,
        p: signFlipTest(differences, { patterns }).pGreater,
      },
    ]
  })
  const adjusted = holm(tested.map(({ p }) => p))
  const alpha = options.alpha ?? 0.05
  return tested.map((item, at) => ({ ...item, pAdjusted: adjusted[at], above: adjusted[at] <= alpha }))
}
