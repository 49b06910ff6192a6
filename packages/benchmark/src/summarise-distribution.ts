import {
  type DistanceResult,
  type FeatureMatrix,
  fid,
  fvd,
  kid,
  kvd,
  MetricError,
  signature,
} from '@kinemetric/metrics'
import type { RecordScore } from '@kinemetric/records'
import type { KeptFeatures } from './feature-scorer.ts'
import type { MetricName } from './metric-name.ts'
import type { Protocol } from './protocol-schema.ts'

type Distance = (generated: FeatureMatrix, reference: FeatureMatrix, recipe: string) => Promise<DistanceResult>
const distances: Record<string, Distance> = { fid, kid, fvd, kvd }

/** The score of a distribution metric. A set that the metric refuses (one clip, too few rows for its subsets) has no value and says why. */
export async function summariseDistribution(
  name: MetricName,
  generated: KeptFeatures,
  reference: KeptFeatures,
  _protocol: Protocol,
): Promise<RecordScore> {
  const { info, recipe, shown, extra } = name
  const base = {
    metric: info.id,
    recipe: shown,
    unit: info.unit,
    better: info.better,
    signature: signature(info, recipe, extra),
  }
  try {
    const { value, n, warnings, details } = await distances[info.id](generated, reference, recipe)
    return { ...base, value, n, interval: null, ...(warnings.length > 0 ? { warnings } : {}), details }
  } catch (error) {
    if (!(error instanceof MetricError)) throw error
    return { ...base, value: null, n: generated.rows, interval: null, warnings: [error.message] }
  }
}
