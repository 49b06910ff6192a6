import { clipValue, type MeasuredClip } from '@kinemetric/metrics'
import { type TableRow, unrelatedRecipe, weightRecipe } from '@kinemetric/records'
import { type ClipMeasurements, fromStored } from '../journal/measurement.ts'
import { type MetricName, metricKey } from '../plan/metric-name.ts'
import { type Condition, conditionSet, conditionsOf } from './conditions.ts'
import { definedValues, type MeasuredParts } from './measured-sets.ts'
import { bestValues } from './score-samples.ts'
import type { UnrelatedValues } from './unrelated-values.ts'

/**
 * Every frame's value and, at frame −1, the clip's own (their mean, or what the recipe makes of them). Of a clip with several samples the rows of each
 * sample name it, and behind them stands the clip's own row without one. What a metric gives the clip against other clips' references stands under the
 * recipe with `+unrelated` behind it.
 */
export function recordTable(
  names: readonly MetricName[],
  clips: readonly ClipMeasurements[],
  parts: MeasuredParts,
  unrelated: readonly UnrelatedValues[] = [],
): TableRow[] {
  const rows: TableRow[] = []
  for (const condition of conditionsOf(clips)) {
    const { clip, samples } = condition
    for (const sample of samples) rows.push(...sampleRows(names, sample))
    const ofClip = (name: MetricName, recipe: string, value: number | undefined) => {
      if (value !== undefined) rows.push({ clip, frame: -1, metric: name.metric.id, recipe, value })
    }
    for (const name of names) ofClip(name, name.shown, conditionValue(name, condition, parts))
    for (const name of names) {
      const weight = name.rule === undefined ? name.metric.weigh?.(firstOf(name, condition, parts), name.recipe) : 1
      if (weight !== 0 && weight !== 1) ofClip(name, weightRecipe(name.shown), weight)
    }
    for (const { name, byClip } of unrelated) ofClip(name, unrelatedRecipe(name.shown), byClip.get(clip))
  }
  return rows
}

/** A clip as its metric meets it. */
function firstOf(name: MetricName, condition: Condition, parts: MeasuredParts): MeasuredClip {
  return conditionSet(name, [condition], parts).clips[0]
}

function sampleRows(names: readonly MetricName[], { clip, sample, values }: ClipMeasurements): TableRow[] {
  const rows: TableRow[] = []
  for (const name of names) {
    const series = values[metricKey(name)]
    if (series === undefined || name.rule !== undefined) continue
    const row = (frame: number, value: number) =>
      rows.push({
        clip,
        ...(sample === undefined ? {} : { sample }),
        frame,
        metric: name.metric.id,
        recipe: name.shown,
        value,
      })
    for (const [i, frame] of series.frames.entries()) row(frame, fromStored(series.values[i]))
    if (!series.frames.includes(-1)) row(-1, ofFrames(name, series.values))
  }
  return rows
}

/** The clip's own value where its samples' rows do not say it: a mean over samples, or the best of them. */
function conditionValue(name: MetricName, condition: Condition, parts: MeasuredParts): number | undefined {
  const { metric, recipe, rule } = name
  if (metric.per === 'set') return undefined
  if (rule?.kind === 'best-of') {
    const best = bestValues({ name, conditions: [condition], parts }, rule.k)
    return Array.isArray(best) ? best[0] : undefined
  }
  if (condition.samples.every(({ sample }) => sample === undefined)) return undefined
  const [{ values }] = conditionSet(name, [condition], parts).clips
  return values === undefined ? Number.NaN : clipValue(metric, recipe.id, values)
}

function ofFrames({ metric, recipe }: MetricName, values: Parameters<typeof definedValues>[0]): number {
  const defined = definedValues(values)
  return defined === undefined ? Number.NaN : clipValue(metric, recipe.id, defined)
}
