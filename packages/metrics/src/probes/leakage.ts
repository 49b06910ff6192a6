import type { ProbeRecipe } from './conclude-probe.ts'
import { probeSpec } from './probe-spec.ts'
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
export const leakageSpec = probeSpec({
  id: 'leakage',
  title: 'Leakage of counterfactual pairs',
  label: { short: 'Leakage', long: 'Leakage: without a driver, what it never reaches does otherwise', decimals: 2 },
  better: 'lower',
  sees: 'Whether leaving out a driver changes what it would never have reached.',
  misses: 'Whether what it does reach reacts at all: a still video has none of it.',
  defaultRecipe: 'unaffected',
  recipes,
  details: (notes) => ({ objects: notes.flat().flatMap(unaffected).length }),
})
