import { findRecipe } from '@kinemetric/metrics'
import { locateWeight, WeightsMissingError } from '@kinemetric/networks'
import type { ClipScorer } from './clip-scorer.ts'
import { openFrameScorer } from './frame-scorer.ts'
import { openLpipsScorer } from './lpips-scorer.ts'
import type { MetricName } from './metric-name.ts'
import { protocolExtra } from './metric-name.ts'
import type { PlannedMetric } from './metric-plan.ts'
import type { NetworkOptions } from './network-options.ts'
import type { Protocol } from './protocol-schema.ts'

/** Weights that a record was made with. */
export interface WeightUse {
  id: string
  sha256: string
  licence: string
}

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
  options: NetworkOptions,
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
      await orWarn(metric, result, async () => {
        const weights = await locateAll(lpipsWeights(metric), options)
        result.scorers.push(await openLpipsScorer(named(metric), protocol, options))
        result.weights.push(...weights)
      })
    result.weights = distinct(result.weights)
    return result
  } catch (error) {
    await closeScorers(result.scorers)
    throw error
  }
}

export async function closeScorers(scorers: readonly ClipScorer[]): Promise<void> {
  await Promise.allSettled(scorers.map((scorer) => scorer.close()))
}

async function orWarn(metric: PlannedMetric, result: OpenScorers, open: () => Promise<void>): Promise<void> {
  try {
    await open()
  } catch (error) {
    if (!(error instanceof WeightsMissingError) || metric.required) throw error
    result.warnings.push(`${metric.info.id} is left out: ${error.message.replaceAll('\n', ' ')}`)
  }
}

/** Identifiers of the two weight files behind an LPIPS recipe. */
function lpipsWeights({ info, recipe }: PlannedMetric): string[] {
  const net = String(findRecipe(info, recipe).settings.net)
  const backbones: Record<string, string> = { alex: 'alexnet', vgg: 'vgg16', squeeze: 'squeezenet1_1' }
  return [backbones[net] ?? net, `lpips-${net}`]
}

export async function locateAll(ids: readonly string[], { searchPath }: NetworkOptions): Promise<WeightUse[]> {
  const found: WeightUse[] = []
  for (const id of ids) {
    const weight = await locateWeight(id, { searchPath })
    found.push({ id, sha256: weight.sha256, licence: weight.entry.licence })
  }
  return found
}

function distinct(weights: readonly WeightUse[]): WeightUse[] {
  return [...new Map(weights.map((weight) => [weight.id, weight])).values()].sort((a, b) => (a.id < b.id ? -1 : 1))
}
