import { didYouMean } from '@kinemetric/files'
import { type Grouped, groupsOf, membersOfGroup, type MetricGroup, metricGroups } from '@kinemetric/records'
import { metricCatalogue } from './catalogue.ts'
import { metricError } from './recipes/metric-error.ts'
import type { DistanceMetric } from './spec/distance.ts'
import type { MetricSpec } from './spec/metric-spec.ts'

/** The metric of an id. @throws KinemetricError `unknown-metric`, listing the ids that exist */
export function findMetric(id: string): MetricSpec {
  return find(id, metricCatalogue, 'metrics', 'one of')
}

/**
 * The metrics of names, each of a metric or of a group: those of a group in the catalogue's order, each metric once.
 * @throws KinemetricError `unknown-metric`, listing the ids and groups that exist
 */
export function metricsNamed(names: readonly string[]): MetricSpec[] {
  return [...new Set(names.flatMap((name) => namedAmong(name, metricCatalogue, 'metrics')))]
}

/** The metrics of distances between sets of rows of features. */
export const distanceCatalogue: readonly DistanceMetric[] = metricCatalogue.filter(isDistanceMetric)

/** Those of rows that a network makes of frames, as `kinemetric features` does. */
export const networkDistances: readonly DistanceMetric[] = distanceCatalogue.filter(
  (metric) => metric.rows === undefined,
)

/** The distance of an id. @throws KinemetricError `unknown-metric`, listing the ids that exist */
export function findDistance(id: string): DistanceMetric {
  return find(id, distanceCatalogue, 'distance', 'one of the metrics')
}

/**
 * The distances of names, each of a metric or of a group.
 * @param fits which of a group's are wanted; one that is named is taken whether it fits or not
 * @throws KinemetricError `unknown-metric`, listing the ids and groups that exist; `bad-option` for a group of which none fits
 */
export function distancesNamed(names: readonly string[], fits: (metric: DistanceMetric) => boolean): DistanceMetric[] {
  const found = names.flatMap((name) => {
    const named = namedAmong(name, distanceCatalogue, 'distance')
    if (membersOfGroup(name, distanceCatalogue) === undefined) return named
    const fitting = named.filter(fits)
    if (fitting.length > 0) return fitting
    throw metricError('bad-option', 'distance', {
      expected: `a group with a metric of these rows, or one of ${named.map(({ id }) => id).join(', ')} by its name`,
      found: `'${name}', of whose metrics none is of rows of this dimension`,
    })
  })
  return [...new Set(found)]
}

/** A group and its own metrics: those of finer groups stand in these. */
export interface GroupedMetrics {
  group: MetricGroup
  metrics: MetricSpec[]
}

/** Metrics by what they are asked, in the order of groups; groups without any of their own are left out. */
export function groupedMetrics(metrics: readonly MetricSpec[]): GroupedMetrics[] {
  return metricGroups
    .map((group) => ({ group, metrics: metrics.filter((metric) => metric.group === group.id) }))
    .filter(({ metrics: own }) => own.length > 0)
}

function namedAmong<M extends Grouped>(name: string, catalogue: readonly M[], where: string): M[] {
  const members = membersOfGroup(name, catalogue)
  if (members === undefined) return [find(name, catalogue, where, 'one of', groupsOf(catalogue))]
  return catalogue.filter(({ id }) => members.includes(id))
}

function find<M extends Grouped>(
  id: string,
  catalogue: readonly M[],
  where: string,
  oneOf: string,
  groups: readonly string[] = [],
): M {
  const metric = catalogue.find((candidate) => candidate.id === id)
  if (metric !== undefined) return metric
  const known = catalogue.map((candidate) => candidate.id)
  const ofGroups = groups.length === 0 ? '' : `, or of the groups ${groups.join(', ')}`
  throw metricError('unknown-metric', where, {
    expected: `${oneOf} ${known.join(', ')}${ofGroups}`,
    found: `'${id}'`,
    then: didYouMean(id, [...groups, ...known]),
  })
}

function isDistanceMetric(metric: MetricSpec): metric is DistanceMetric {
  return 'distance' in metric
}
