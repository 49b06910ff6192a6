import { isError, portableMessage } from '@kinemetric/files'
import type { Measurement } from '../journal/measurement.ts'
import type { MetricName } from '../plan/metric-name.ts'

/**
 * Runs the measuring of one clip. A clip that a metric or its network refuses (too small, too short, not finite) is that clip's failure of these
 * metrics and goes on to the others; every other error ends the run.
 */
export async function metricFailures(
  clip: string,
  names: readonly Pick<MetricName, 'metric'>[],
  work: () => Promise<Measurement>,
): Promise<Measurement> {
  try {
    return await work()
  } catch (error) {
    return { failures: [metricFailure(clip, names, error)] }
  }
}

/** The failure of these metrics that an error stands for. Throws every error that is no fault of the clip. */
export function metricFailure(
  clip: string,
  names: readonly Pick<MetricName, 'metric'>[],
  error: unknown,
): { clip: string; reason: string; message: string } {
  if (!isError(error, 'unfit')) throw error
  const ids = [...new Set(names.map(({ metric }) => metric.id))]
  const why = ids.includes(error.where) ? error.sentence : portableMessage(error)
  return { clip, reason: 'metric-failed', message: `${ids.join(', ')}: ${why}` }
}
