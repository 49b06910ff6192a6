import { findRecipe } from '../spec/find-recipe.ts'
import { MetricError } from '../spec/metric-error.ts'
import type { MetricInfo } from '../spec/metric-spec.ts'
import { fidInfo } from './fid.ts'
import { fvdInfo } from './fvd.ts'
import { kidInfo } from './kid.ts'
import { kvdInfo } from './kvd.ts'
import type { FeatureNeeds, FrechetRecipe, KernelRecipe } from './frechet/frechet-recipe.ts'

/** Names of the distribution metrics. */
export type DistributionMetric = 'fid' | 'kid' | 'fvd' | 'kvd'

const infos: Record<DistributionMetric, MetricInfo> = { fid: fidInfo, kid: kidInfo, fvd: fvdInfo, kvd: kvdInfo }

/** Whether a metric's id is one of the distribution metrics'. */
export function isDistributionMetric(metric: string): metric is DistributionMetric {
  return Object.hasOwn(infos, metric)
}

/** What is known of a distribution metric. @throws MetricError `bad-option` for another metric */
export function distributionInfo(metric: string): MetricInfo {
  if (isDistributionMetric(metric)) return infos[metric]
  throw new MetricError(
    'bad-option',
    'distance',
    `expected one of the metrics ${Object.keys(infos).join(', ')}; found '${metric}'`,
  )
}

/**
 * What has to be extracted for a metric under a recipe (default: its default recipe). Recipes with equal needs share
 * features; `needsKey` says which do.
 *
 * @throws MetricError `bad-option` for a metric that takes no features, `unknown-recipe`
 */
export function featureNeeds(metric: string, recipe?: string): FeatureNeeds {
  return (findRecipe(distributionInfo(metric), recipe) as FrechetRecipe | KernelRecipe).needs
}

/** A name for features that fit any recipe with these needs: `i3d-kinetics-400.squash-half-pixel.bneps-0.001`. */
export function needsKey(needs: FeatureNeeds): string {
  return `${needs.network}.${needs.preprocessing}.bneps-${needs.batchNormEpsilon}`
}
