import type { ProbeDetails, ProbeNotes, ProbePairRow } from '@kinemetric/records'
import type { ProbeRecipe } from './conclude-probe.ts'
import { median } from './object-track.ts'
import { noiseFloor } from './noise-floor.ts'
import { probeSpec } from './probe-spec.ts'
import { affected, askedAffected, askedUnaffected, shareOf, shareOrNull, unaffected } from './probe-sets.ts'

// Counterfactual pairs: the same image and noise with a driver and without it. What the driver hits should then do something else, everything else the same.
// InterDyn (Akkerman et al., CVPR 2025, section 4.3) shows such pairs in pictures; the numbers are ours (docs/probes.md).

const recipes: readonly ProbeRecipe[] = [
  {
    id: 'balanced',
    summary: 'half of responsiveness + 1 − leakage, scene by scene: 0.5 says nothing',
    settings: { of: 'pairs', responds: '0.1-root-area', mean: 'scenes' },
    value: (notes, side) => (responsiveness(notes, side) + 1 - leakage(notes, side)) / 2,
    weight: (notes) => (askedAffected(notes) > 0 && askedUnaffected(notes) > 0 ? 1 : 0),
    still: 0.5,
  },
  {
    id: 'responsiveness',
    summary: 'share of the objects that the missing driver would have reached which do something else',
    settings: { of: 'pairs', responds: '0.1-root-area', mean: 'objects' },
    value: responsiveness,
    weight: askedAffected,
    still: 0,
  },
]

export const counterfactualSpec = probeSpec({
  id: 'counterfactual',
  title: 'Counterfactual pairs',
  label: {
    short: 'Counterfactual',
    long: 'Counterfactual pairs: without a driver, what it hits does otherwise',
    decimals: 2,
  },
  better: 'higher',
  sees: 'Whether leaving out a driver changes what it would have reached, and only that.',
  misses: 'Whether what happens instead is right, beyond where that is known.',
  defaultRecipe: 'balanced',
  recipes,
  details: counterfactualDetails,
})

function responsiveness(notes: ProbeNotes, side: 'generated' | 'tracked'): number {
  return shareOf(affected(notes), (row) => row[side].responds)
}

function leakage(notes: ProbeNotes, side: 'generated' | 'tracked'): number {
  return shareOf(unaffected(notes), (row) => row[side].responds)
}

/** Over all pairs' objects, whatever scene they are of. @param notes of each clip, a sample each */
function counterfactualDetails(notes: readonly ProbeNotes[][]): Partial<ProbeDetails> {
  const all = notes.flat()
  const hit = all.flatMap(affected)
  const others = all.flatMap(unaffected)
  const also = all.flatMap(({ pairs }) => pairs.filter(({ kind }) => kind === 'also'))
  const early = hit.flatMap(({ generated }) => generated.earlyLeak ?? [])
  const directed = hit.filter(({ generated }) => generated.rightDirection !== null)
  const noise = noiseFloor(notes)
  return {
    pairs: all.reduce((sum, { pairs }) => sum + new Set(pairs.map(({ without }) => without)).size, 0),
    truth: truthOf(hit),
    responsiveness: { objects: hit.length, share: shareOrNull(hit, responds) },
    leakage: { objects: others.length, share: shareOrNull(others, responds) },
    rightDirection: {
      objects: directed.length,
      share: shareOrNull(directed, ({ generated }) => generated.rightDirection === true),
    },
    earlyLeak: { objects: early.length, median: early.length === 0 ? null : median(early) },
    alsoReached: { objects: also.length, share: shareOrNull(also, responds) },
    noiseFloor:
      noise === null
        ? null
        : {
            ...noise,
            responsiveness: shareOrNull(hit, ({ generated, delta }) => generated.effect > Math.max(delta, noise.q95)),
          },
  }
}

function responds({ generated }: ProbePairRow): boolean {
  return generated.responds
}

/** Of what the truth without the driver is made. */
function truthOf(rows: readonly ProbePairRow[]): ProbeDetails['truth'] {
  if (rows.every(({ known }) => known)) return 'known'
  return rows.some(({ known }) => known) ? 'known and inertial' : 'inertial'
}
