import { createFrameMetricPool, type FrameMetricPlan, type PsnrRecipe, type SsimRecipe } from '@kinemetric/metrics'
import type { ClipScorer } from './measurer.ts'
import type { ScoredClip } from '../journal/measurement.ts'
import { metricFailures } from './metric-failures.ts'
import { type MetricName, metricKey, stored, summariseName } from '../plan/metric-name.ts'
import type { Protocol } from '@kinemetric/benchmark'

/** PSNR and SSIM under all the recipes asked for, in worker threads. */
export function openFrameScorer(names: readonly MetricName[], protocol: Protocol): ClipScorer {
  const recipesOf = (id: string) => names.filter(({ info }) => info.id === id).map(({ recipe }) => recipe)
  // The plan checks the names again where the pool gets them.
  const plan: FrameMetricPlan = { psnr: recipesOf('psnr') as PsnrRecipe[], ssim: recipesOf('ssim') as SsimRecipe[] }
  const pool = createFrameMetricPool()
  return {
    keys: names.map(metricKey),
    uses: 'host',
    score: (pair) =>
      metricFailures(pair.reference.id, names, async () => {
        const measured = await pool.measure(pair.generatedScored, pair.referenceScored, plan)
        const values: ScoredClip['values'] = {}
        for (const name of names) {
          const ofMetric: Partial<Record<string, Float64Array>> =
            name.info.id === 'psnr' ? measured.psnr : measured.ssim
          values[metricKey(name)] = stored(pair.scored, ofMetric[name.recipe] ?? [])
        }
        return { values }
      }),
    summarise: (clips) => Promise.resolve(names.map((name) => summariseName(name, clips, protocol))),
    close: () => pool.close(),
  }
}
