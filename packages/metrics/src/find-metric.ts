import { didYouMean } from '@kinemetric/files'
import { metricCatalogue } from './catalogue.ts'
import { metricError } from './recipes/metric-error.ts'
import type { DistanceMetric } from './spec/distance.ts'
import type { MetricSpec } from './spec/metric-spec.ts'

/** The metric of an id. @throws KinemetricError `unknown-metric`, listing the ids that exist */
export function findMetric(id: string): MetricSpec {
  const metric = metricCatalogue.find((candidate) => candidate.id === id)
  if (metric !== undefined) return metric
  const known = metricCatalogue.map((candidate) => candidate.id)
  const then = didYouMean(id, known)
  throw metricError('unknown-metric', 'metrics', { expected: `one of ${known.join(', ')}`, found: `'${id}'`, then })
}

/** The metrics that are distances between sets of rows of features. */
export const distanceCatalogue: readonly DistanceMetric[] = metricCatalogue.filter(isDistanceMetric)

/** The distance of an id. @throws KinemetricError `unknown-metric`, listing the ids that exist */
export function findDistance(id: string): DistanceMetric {
  const metric = distanceCatalogue.find((candidate) => candidate.id === id)
  if (metric !== undefined) return metric
  const known = distanceCatalogue.map((candidate) => candidate.id)
  throw metricError('unknown-metric', 'distance', {
    expected: `one of the metrics ${known.join(', ')}`,
    found: `'${id}'`,
    then: didYouMean(id, known),
  })
}

function isDistanceMetric(metric: MetricSpec): metric is DistanceMetric {
  return 'distance' in metric
}
