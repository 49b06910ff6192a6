import type { FeatureNeeds } from '@kinemetric/metrics'
import type { NetworkAsk } from '@kinemetric/networks'

/** The network that gives features as a recipe needs them. */
export function featureAsk({ network, preprocessing, batchNormEpsilon, checkpoints }: FeatureNeeds): NetworkAsk {
  return { network, preprocessing, variant: `bneps-${batchNormEpsilon}`, checkpoints }
}
