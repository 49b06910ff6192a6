import type { ProbeRecipe } from './conclude-probe.ts'
import { probeSpec } from './probe-spec.ts'
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
export const falseMotionSpec = probeSpec({
  id: 'false-motion',
  title: 'False motion',
  label: { short: 'False motion', long: 'False motion: what nothing touches moves', decimals: 2 },
  better: 'lower',
  sees: 'Whether what nothing touches moves all the same.',
  misses: "Movements of less than a tenth of an object's size, and changes of looks.",
  defaultRecipe: 'unreached',
  recipes,
  details: (notes) => ({ objects: notes.flat().flatMap(still).length }),
})
