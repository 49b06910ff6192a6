import type { ProbeDetails, ProbeNotes } from '@kinemetric/records'
import type { MetricSpec } from '../spec/metric-spec.ts'
import { concludeProbe, measureProbe, type ProbeRecipe, weighProbe } from './conclude-probe.ts'

/** What a probe says of itself. */
interface ProbeWords extends Pick<
  MetricSpec<'probe', ProbeRecipe>,
  'id' | 'title' | 'label' | 'better' | 'sees' | 'misses' | 'defaultRecipe' | 'recipes'
> {
  /** What stands behind its score. @param notes of each clip, a sample each */
  details: (notes: readonly ProbeNotes[][]) => Partial<ProbeDetails>
}

/** A probe as a metric: all of them are shares of objects of a scene, made of the same notes. */
export function probeSpec({ details, ...words }: ProbeWords): MetricSpec<'probe', ProbeRecipe> {
  const spec: MetricSpec<'probe', ProbeRecipe> = {
    ...words,
    group: 'probes',
    unit: '',
    range: [0, 1],
    per: 'clip',
    aligned: true,
    version: 1,
    matches: 'ours; docs/probes.md',
    cite: 'Akkerman et al., InterDyn: Controllable Interactive Dynamics with Video Diffusion Models, CVPR 2025 (section 4.3, the question)',
    needs: () => ({ kind: 'probe', ask: { points: 'mask' } }),
    measure: measureProbe,
    weigh: weighProbe,
    // Of another scene it says nothing: what stands still is its floor.
    unrelated: () => Promise.resolve(undefined),
    conclude: (set, recipe, how) => Promise.resolve(concludeProbe(spec, set, recipe, how, details)),
  }
  return spec
}
