import { MetricError } from '@kinemetric/metrics'
import { NetworkInputError, TrackerError } from '@kinemetric/networks'
import type { ClipScores } from './measurer.ts'
import type { MetricName } from '../plan/metric-name.ts'

/**
 * Runs a scorer's work on one clip. A clip that a metric refuses (too small, too short, not finite) is that clip's failure of these metrics and goes
 * on to the others; every other error ends the run.
 */
export async function metricFailures(
  clip: string,
  names: readonly Pick<MetricName, 'info'>[],
  work: () => Promise<ClipScores>,
): Promise<ClipScores> {
  try {
    return await work()
  } catch (error) {
    const refused =
      error instanceof NetworkInputError ||
      (error instanceof MetricError && error.code !== 'closed' && error.code !== 'worker') ||
      (error instanceof TrackerError && error.code !== 'closed')
    if (!refused) throw error
    const ids = [...new Set(names.map(({ info }) => info.id))].join(', ')
    return { failures: [{ clip, reason: 'metric-failed', message: `${ids}: ${error.message}` }] }
  }
}
