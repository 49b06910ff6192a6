import { clipTrouble } from '@kinemetric/benchmark'
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

/**
 * Reads what metrics want of a clip's reference beside its frames, and measures with it. What cannot be read is that clip's failure of these metrics; throws every
 * error that is no fault of the clip.
 * @param whose in words, before the failure's message: `motion metrics`
 */
export async function withReference<Given>(
  clip: string,
  whose: string,
  read: () => Promise<Given>,
  measure: (given: Given) => Promise<Measurement>,
): Promise<Measurement> {
  let given: Given
  try {
    given = await read()
  } catch (error) {
    const failure = clipTrouble(clip, error, 'reference-unreadable')
    if (failure === undefined) throw error
    return { failures: [{ ...failure, message: `${whose}: ${failure.message}` }] }
  }
  return measure(given)
}
