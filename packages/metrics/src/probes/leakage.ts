import type { MetricSpec } from '../spec/metric-spec.ts'
import { concludeProbe, measureProbe, type ProbeRecipe, weighProbe } from './conclude-probe.ts'
import { askedUnaffected, shareOf, unaffected } from './probe-sets.ts'

const recipes: readonly ProbeRecipe[] = [
  {
    id: 'unaffected',
    summary: 'share of the objects that the missing driver never reaches which do something else without it',
    settings: { of: 'pairs', responds: '0.1-root-area', mean: 'objects' },
    value: (notes, side) => shareOf(unaffected(notes), (row) => row[side].responds),
    weight: askedUnaffected,
    still: 0,
  },
]

/** What changes although the driver that is taken away never touches it. */
export const leakageSpec: MetricSpec<'probe', ProbeRecipe> = {
  id: 'leakage',
  title: 'Leakage of counterfactual pairs',
  label: { short: 'Leakage', long: 'Leakage: without a driver, what it never reaches does otherwise', decimals: 2 },
  unit: '',
  better: 'lower',
  range: [0, 1],
  per: 'clip',
  aligned: true,
  version: 1,
  defaultRecipe: 'unaffected',
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
      concludeProbe(leakageSpec, set, recipe, how, (notes) => ({ objects: notes.flat().flatMap(unaffected).length })),
    ),
}
