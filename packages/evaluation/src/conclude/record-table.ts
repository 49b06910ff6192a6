import { clipValue } from '@kinemetric/metrics'
import { type TableRow, unrelatedRecipe, weightRecipe } from '@kinemetric/records'
import { type ClipMeasurements, fromStored } from '../journal/measurement.ts'
import { type MetricName, metricKey } from '../plan/metric-name.ts'
import { byClip, type Condition, conditionOf, joinedOf, type MeasuredLines } from './conditions.ts'
import { definedValues, type Units } from './measured-sets.ts'
import { bestValues } from './score-samples.ts'
import type { UnrelatedValues } from './unrelated-values.ts'

/**
 * Every frame's value and, at frame −1, the clip's own (their mean, or what the recipe makes of them). Of a clip with several samples the rows of each
 * sample name it, and behind them stands the clip's own row without one. What a metric gives the clip against other clips' references stands under the
 * recipe with `+unrelated` behind it.
 */
export function* recordTable(
  names: readonly MetricName[],
  clips: MeasuredLines,
  units: Units,
  unrelated: readonly UnrelatedValues[] = [],
  absent: readonly string[] = [],
): Generator<TableRow> {
  const ofSets = new Map(names.flatMap((name) => setValues(name, clips, units, absent)))
  const measured = names.filter((name) => !ofSets.has(name))
  for (const lines of byClip(clips)) {
    const [{ clip }] = lines
    for (const line of lines) yield* sampleRows(measured, line)
    const ofClip = (name: MetricName, recipe: string, value: number | undefined): TableRow[] =>
      value === undefined ? [] : [{ clip, frame: -1, metric: name.metric.id, recipe, value }]
    const conditions = new Map(names.map((name) => [name, conditionOf(name, lines, units)]))
    for (const [name, condition] of conditions) {
      const values = ofSets.get(name)
      yield* ofClip(name, name.shown, values === undefined ? conditionValue(name, condition, lines) : values.get(clip))
    }
    for (const [name, condition] of conditions) {
      const weight = name.rule === undefined ? name.metric.weigh?.(joinedOf(name, condition), name.recipe) : 1
      if (weight !== 0 && weight !== 1) yield* ofClip(name, weightRecipe(name.shown), weight)
    }
    for (const { name, byClip: values } of unrelated) yield* ofClip(name, unrelatedRecipe(name.shown), values.get(clip))
  }
}

/** The clips' values of a metric that makes them of the whole set. */
function setValues(
  name: MetricName,
  clips: MeasuredLines,
  units: Units,
  absent: readonly string[],
): [MetricName, ReadonlyMap<string, number>][] {
  const { metric, recipe, rule } = name
  if (metric.clipValues === undefined || rule !== undefined) return []
  const joined = Array.from(byClip(clips), (lines) => joinedOf(name, conditionOf(name, lines, units)))
  const values = metric.clipValues(joined, recipe, absent)
  return [[name, new Map(joined.map(({ clip }, i) => [clip, values[i] ?? Number.NaN]))]]
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
function conditionValue(
  name: MetricName,
  condition: Condition,
  lines: readonly ClipMeasurements[],
): number | undefined {
  const { metric, recipe, rule } = name
  if (metric.per === 'set') return undefined
  if (rule?.kind === 'best-of') {
    const best = bestValues(name, [condition], rule.k)
    return Array.isArray(best) ? best[0] : undefined
  }
  if (lines.every(({ sample }) => sample === undefined)) return undefined
  const { values } = joinedOf(name, condition)
  return values === undefined ? Number.NaN : clipValue(metric, recipe.id, values)
}

function ofFrames({ metric, recipe }: MetricName, values: Parameters<typeof definedValues>[0]): number {
  const defined = definedValues(values)
  return defined === undefined ? Number.NaN : clipValue(metric, recipe.id, defined)
}
