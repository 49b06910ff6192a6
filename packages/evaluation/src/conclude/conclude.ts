import type { Protocol } from '@kinemetric/benchmark'
import { collectGarbage } from '@kinemetric/files'
import type { Concluding } from '@kinemetric/metrics'
import type { Score } from '@kinemetric/records'
import type { NeedUse } from '../journal/journal-identity.ts'
import { concludingOf, type MetricName, nameMetric } from '../plan/metric-name.ts'
import type { PlannedNeed } from '../plan/metric-plan.ts'
import type { FeatureCache } from '../store/feature-cache.ts'
import { conditionsOf, type MeasuredLines, samplesOf } from './conditions.ts'
import { noUnits, type RowReader, rowReader, type Units } from './measured-sets.ts'
import { type Concluded, scoreOfClips, scoreOfSets } from './score-samples.ts'

/** Everything that scores are made of: no pixel, no network. */
export interface Measured {
  protocol: Protocol
  /** What served the needs, as the journal says. */
  uses: readonly NeedUse[]
  /** The metrics of each need. */
  names: readonly MetricName[]
  /** In the order of the references, of each clip all samples. */
  clips: MeasuredLines
  /** Whether any clip has several samples. */
  several: boolean
  /** The source video of clips that share it with others; absent where none do. */
  units?: Units | undefined
  /** Clips of the references of which nothing was measured; absent: none. */
  absent?: readonly string[] | undefined
  /** How intervals of means are made; absent: the usual one. */
  interval?: Concluding['interval']
  store: FeatureCache
  /** Told what a score will take before it is made, where that is more than a minute. */
  onCost?: ((message: string) => void) | undefined
}

/** So many clips are concluded with an eye on memory: a second longer. */
export const manyClips = 20_000

/** The metrics of a plan, named by what served their needs; those of a need that nothing served are passed over. */
export function nameMetrics(needs: readonly PlannedNeed[], uses: readonly NeedUse[], protocol: Protocol): MetricName[] {
  const byKey = new Map(uses.map((use) => [use.key, use]))
  return needs.flatMap(({ key, metrics }) => {
    const use = byKey.get(key)
    return use === undefined ? [] : metrics.map((metric) => nameMetric(metric, use, protocol))
  })
}

/**
 * The scores of a set of clips, need by need: from what was measured alone, so that the same journals always give the same scores. Several samples of a clip
 * are one condition, whose value is their mean.
 * @throws KinemetricError `cache-lost` where kept rows have gone
 */
export async function conclude(
  measured: Measured,
  onStage?: (metrics: readonly MetricName[]) => void,
): Promise<Score[]> {
  const { protocol, uses, names, clips, several, store, units = noUnits } = measured
  const tracker = trackerOf(uses)
  const scores: Score[] = []
  for (const group of Map.groupBy(names, (name) => name.needKey).values()) {
    onStage?.(group)
    // Rows are read once for all metrics that are of them.
    let ofGroup: RowReader | undefined
    for (const name of group) {
      const conditions = conditionsOf(name, clips, units)
      // What was read for them is garbage by now, and scoring takes memory of its own.
      if (conditions.length > manyClips) collectGarbage()
      ofGroup ??= rowReader(samplesOf(conditions), store)
      const concluded: Concluded = {
        name,
        how: {
          ...concludingOf(name, tracker, protocol),
          interval: measured.interval,
          absent: measured.absent,
          onCost: measured.onCost,
        },
        conditions,
        several,
        parts: { rows: ofGroup, store },
      }
      scores.push(await (name.metric.per === 'set' ? scoreOfSets(concluded) : scoreOfClips(concluded)))
    }
  }
  return scores
}

/** The tracker behind the tracklets of a journal; there is one at most. */
export function trackerOf(uses: readonly NeedUse[]): string {
  return uses.find(({ key }) => /^(tracklets|probe|tracked-rows)\//.test(key))?.network ?? 'none'
}
