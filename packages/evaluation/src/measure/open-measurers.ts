import { type FeatureNeeds, featureNeeds, findRecipe, isDistributionMetric, needsKey } from '@kinemetric/metrics'
import {
  isUnverified,
  locateWeight,
  networkCard,
  type NetworkOptions,
  openNetwork,
  WeightsMissingError,
  type WeightUse,
} from '@kinemetric/networks'
import type { ClipScorer } from './measurer.ts'
import { openFrameScorer } from './measure-frames.ts'
import { openLpipsScorer } from './measure-pairs.ts'
import type { MetricName } from '../plan/metric-name.ts'
import { protocolExtra } from '../plan/metric-name.ts'
import type { PlannedMetric } from '../plan/metric-plan.ts'
import type { FeatureCache } from '../store/feature-cache.ts'
import { featureAsk } from './feature-ask.ts'
import { openFeatureScorer } from './measure-features.ts'
import { openMotionScorer } from './measure-tracklets.ts'
import type { Protocol } from '@kinemetric/benchmark'

export interface OpenScorers {
  scorers: ClipScorer[]
  weights: WeightUse[]
  /** Metrics that were left out, and why. */
  warnings: string[]
}

/**
 * Opens what computes the metrics. A metric whose weights are missing is left out with a warning unless it was asked for by name.
 * Throws WeightsMissingError, ProviderError.
 */
export async function openScorers(
  metrics: readonly PlannedMetric[],
  protocol: Protocol,
  options: NetworkOptions & { provider: string; tracker: string; cache: FeatureCache },
): Promise<OpenScorers> {
  const result: OpenScorers = { scorers: [], weights: [], warnings: [] }
  const extra = protocolExtra(protocol)
  const named = (metric: PlannedMetric): MetricName => ({
    info: metric.info,
    recipe: metric.recipe,
    shown: metric.recipe,
    extra,
  })
  try {
    const perFrame = metrics.filter(({ info }) => info.needs === 'frames').map(named)
    if (perFrame.length > 0) result.scorers.push(openFrameScorer(perFrame, protocol))
    for (const metric of metrics.filter(({ info }) => info.needs === 'lpips'))
      await orWarn([metric], result, async () => {
        const weights = await lpipsWeights(metric, options)
        result.scorers.push(await openLpipsScorer(named(metric), protocol, options))
        result.weights.push(...weights)
      })
    for (const group of Map.groupBy(metrics.filter(isDistribution), (metric) => needsKey(needsOf(metric))).values()) {
      const needs = needsOf(group[0])
      await orWarn(group, result, async () => {
        const { network: extractor, weights } = await openNetwork('features', featureAsk(needs), options)
        result.scorers.push(
          openFeatureScorer(group.map(named), needs, extractor, protocol, options.provider, options.cache),
        )
        result.weights.push(...weights)
      })
    }
    const motion = metrics.filter(({ info }) => info.needs === 'tracklets')
    if (motion.length > 0) {
      const network = options.tracker === 'auto' ? ['cotracker3-offline', 'lucas-kanade'] : options.tracker
      const { network: tracker, weights } = await openNetwork('tracklets', { network }, options)
      result.scorers.push(openMotionScorer(motion.map(named), tracker, protocol, options.provider, options.cache))
      result.weights.push(...weights)
    }
    result.weights = distinct(result.weights)
    for (const { id } of result.weights.filter(isUnverified))
      result.warnings.push(`${id} was given by hand: nothing vouches for its content`)
    return result
  } catch (error) {
    await closeScorers(result.scorers)
    throw error
  }
}

export async function closeScorers(scorers: readonly ClipScorer[]): Promise<void> {
  await Promise.allSettled(scorers.map((scorer) => scorer.close()))
}

async function orWarn(
  metrics: readonly PlannedMetric[],
  result: OpenScorers,
  open: () => Promise<void>,
): Promise<void> {
  try {
    await open()
  } catch (error) {
    if (!(error instanceof WeightsMissingError) || metrics.some((metric) => metric.required)) throw error
    const ids = metrics.map(({ info }) => info.id).join(', ')
    // Not the error's own text: it names this machine's folders, and records are published.
    result.warnings.push(`${ids} left out: the weights ${error.id} (${error.licence}) are not there; ${error.command}`)
  }
}

function isDistribution({ info }: PlannedMetric): boolean {
  return isDistributionMetric(info.id)
}

function needsOf({ info, recipe }: PlannedMetric): FeatureNeeds {
  return featureNeeds(info.id, recipe)
}

/** The weight files behind an LPIPS recipe. */
async function lpipsWeights({ info, recipe }: PlannedMetric, { searchPath }: NetworkOptions): Promise<WeightUse[]> {
  const { parts } = networkCard(`lpips-${String(findRecipe(info, recipe).settings.net)}`)
  const found: WeightUse[] = []
  for (const id of Object.values(parts)) {
    const { sha256, entry } = await locateWeight(id, { searchPath })
    found.push({ id, sha256, licence: entry.licence })
  }
  return found
}

function distinct(weights: readonly WeightUse[]): WeightUse[] {
  return [...new Map(weights.map((weight) => [weight.id, weight])).values()].sort((a, b) => (a.id < b.id ? -1 : 1))
}
