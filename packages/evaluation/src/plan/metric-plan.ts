import { findRecipe, metricCatalogue, MetricError, type MetricInfo } from '@kinemetric/metrics'
import { benchmarkError } from '@kinemetric/benchmark'
import { metricsOf, type Protocol } from '@kinemetric/benchmark'

/** A metric that was asked for. */
export interface PlannedMetric {
  info: MetricInfo
  recipe: string
  /** Asked for by name: missing weights end the run. Otherwise the metric is left out with a warning. */
  required: boolean
}

/** Metrics that need the generated frames to belong to the reference frames one by one. */
const needsAlignment = new Set(['psnr', 'ssim', 'lpips', 'endpoint-error', 'tapvid-delta'])

/**
 * What is to be scored, in the protocol's order.
 * @param alignment what the method says of its output; `none` leaves out the metrics that compare frame with frame
 * @returns the metrics and, in words, those that were left out
 * @throws KinemetricError `bad-option` for unknown names.
 */
export function planMetrics(
  asked: 'default' | 'all' | readonly string[] | undefined,
  protocol: Protocol,
  alignment: 'frame' | 'timestamps' | 'none' = 'frame',
): { metrics: PlannedMetric[]; warnings: string[] } {
  const warnings: string[] = []
  const wanted = listed(asked ?? 'default', protocol)
  const metrics: PlannedMetric[] = []
  for (const { metric, recipe, required } of wanted) {
    const info = metricCatalogue.find((candidate) => candidate.id === metric)
    if (info === undefined) {
      const known = metricCatalogue.map((candidate) => candidate.id).join(', ')
      if (required) throw benchmarkError('bad-option', 'metrics', `expected one of ${known}; found '${metric}'`)
      warnings.push(`${metric} is left out: this version does not have it`)
    } else if (alignment === 'none' && needsAlignment.has(metric)) {
      warnings.push(`${metric} is left out: the method's frames do not belong to the reference's one by one`)
    } else metrics.push({ info, recipe: knownRecipe(info, recipe), required })
  }
  if (metrics.length === 0)
    throw benchmarkError(
      'bad-option',
      'metrics',
      `expected at least one metric that can be scored; ${warnings.join('; ') || 'found none'}`,
    )
  return { metrics, warnings }
}

function listed(asked: 'default' | 'all' | readonly string[], protocol: Protocol) {
  if (asked === 'all') return metricsOf(protocol).map(({ metric, recipe }) => ({ metric, recipe, required: false }))
  if (asked === 'default')
    return metricsOf(protocol)
      .filter((entry) => entry.default)
      .map(({ metric, recipe }) => ({ metric, recipe, required: true }))
  const seen = new Set<string>()
  return asked.flatMap((text) => {
    const [metric = '', recipe] = text.trim().split(/:(.*)/s)
    const own = metricsOf(protocol).find((entry) => entry.metric === metric)?.recipe
    const key = `${metric}:${recipe ?? own ?? ''}`
    if (seen.has(key)) return []
    seen.add(key)
    return [{ metric, recipe: recipe ?? own, required: true }]
  })
}

function knownRecipe(info: MetricInfo, recipe: string | undefined): string {
  try {
    return findRecipe(info, recipe).id
  } catch (error) {
    if (error instanceof MetricError) throw benchmarkError('bad-option', 'metrics', error.message, { cause: error })
    throw error
  }
}
