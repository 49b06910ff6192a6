import type { MetricSpec } from '../spec/metric-spec.ts'
import { concludeProbe, measureProbe, type ProbeRecipe, weighProbe } from './conclude-probe.ts'
import { shareOf, still } from './probe-sets.ts'

const recipes: readonly ProbeRecipe[] = [
  {
    id: 'unreached',
    summary: 'share of the objects that nothing reaches and that stand still in the truth which move',
    settings: { of: 'unreached-and-still', moves: '0.1-root-area', mean: 'objects' },
    value: (notes, side) => shareOf(still(notes), (row) => row[side].moved),
    weight: (notes) => still(notes).length,
    still: 0,
  },
]

/** What moves although nothing touches it. A video in which nothing moves has none: it is read beside force propagation alone. */
export const falseMotionSpec: MetricSpec<'probe', ProbeRecipe> = {
  id: 'false-motion',
  title: 'False motion',
  label: { short: 'False motion', long: 'False motion: what nothing touches moves', decimals: 2 },
  unit: '',
  better: 'lower',
  range: [0, 1],
  per: 'clip',
  aligned: true,
  version: 1,
  defaultRecipe: 'unreached',
  recipes,
  matches: 'ours; docs/probes.md',
  cite: 'Akkerman et al., InterDyn: Controllable Interactive Dynamics with Video Diffusion Models, CVPR 2025 (section 4.3, the question)',
  needs: () => ({ kind: 'probe', ask: { points: 'mask' } }),
  measure: measureProbe,
  weigh: weighProbe,
  // Of another scene it says nothing: what stands still is its floor.
  unrelated: () => Promise.resolve(undefined),
  conclude: (set, recipe, how) =>
    Promise.resolve(
      concludeProbe(falseMotionSpec, set, recipe, how, (notes) => ({ objects: notes.flat().flatMap(still).length })),
    ),
}
