import {
  type Concluding,
  expectedBestOf,
  labelOf,
  type MeasuredClip,
  needsReference,
  sampleStatistics,
} from '@kinemetric/metrics'
import type { MetricLabel, Score } from '@kinemetric/records'
import type { MetricName } from '../plan/metric-name.ts'
import { type Condition, type Conditions, conditionSet, samplesOf, sampleValues } from './conditions.ts'
import { type MeasuredParts, measuredSet, rowReader } from './measured-sets.ts'

/** One metric of a set of conditions, and what its score is made with. */
export interface Concluded {
  name: MetricName
  how: Concluding
  conditions: Conditions
  /** Whether any condition has several samples. */
  several: boolean
  parts: MeasuredParts
}

/** The score of a metric with values per clip: the mean over the conditions of the mean (or the best) of their samples. */
export async function scoreOfClips(concluded: Concluded): Promise<Score> {
  const { name, how, conditions, several, parts } = concluded
  const { metric, recipe, rule } = name
  if (rule?.kind === 'best-of') return scoreOfBest(concluded, rule.k)
  const score = await metric.conclude(conditionSet(name, conditions, parts), recipe, how)
  return several ? withDetails(score, sampleDetails(valuesOf(concluded))) : score
}

/** The best value that each condition may expect of k of its samples; undefined for a condition without values. Null where one has too few samples. */
export function bestValues(name: MetricName, conditions: Iterable<Condition>, k: number) {
  const values: number[][] = []
  for (const { clip, samples } of conditions) {
    const own = sampleValues(name, samples)
    if (own.length > 0 && own.length < k) return { clip, samples: own.length }
    values.push(own)
  }
  return values.map((own) => (own.length === 0 ? undefined : expectedBestOf(own, k, name.metric.better)))
}

async function scoreOfBest(concluded: Concluded, k: number): Promise<Score> {
  const { name, how, conditions, parts } = concluded
  const { metric, recipe } = name
  const by = needsReference(metric.needs(recipe)) ? 'this metric against the reference' : 'this metric'
  const best = bestValues(name, conditions, k)
  const set = conditionSet(name, conditions, parts)
  const clips = Array.isArray(best) ? Array.from(set.clips, (clip, i) => withValue(clip, best[i])) : []
  const score = { ...(await metric.conclude({ ...set, clips }, recipe, how)), label: bestLabel(labelOf(metric), k, by) }
  if (Array.isArray(best)) {
    const said = `of ${k} samples of each clip the best, chosen by ${by}`
    return withWarnings(withDetails(score, { ...counts(valuesOf(concluded)), bestOf: k }), [said])
  }
  const found = `${best.clip} has ${best.samples}`
  return { ...score, warnings: [`no value: the best of ${k} needs ${k} samples of every clip, ${found}`] }
}

function withValue(clip: MeasuredClip, value: number | undefined): MeasuredClip {
  return { ...clip, values: value === undefined ? undefined : Float64Array.of(value) }
}

/** The choice is made with the reference at hand, which no user of a method has: whoever prints the number prints that. */
function bestLabel({ short, long, ...others }: MetricLabel, k: number, by: string): MetricLabel {
  return {
    ...others,
    short: `${short}, best of ${k}`,
    long: `${long}, best of ${k}, chosen by ${by}`,
  }
}

/**
 * The score of a metric of sets. With several samples: the mean of the distances of the first sample of every condition, of the second, …; so that each is
 * of as many rows as a method with one sample has, for the distance depends on their number. The standard deviation between them is the samples' noise.
 */
export async function scoreOfSets(concluded: Concluded): Promise<Score> {
  const { name, how, conditions, several, parts } = concluded
  const { metric, recipe } = name
  const pooled = () => metric.conclude(measuredSet([...samplesOf(conditions)], parts), recipe, how)
  if (!several || name.rule?.kind === 'pooled') return pooled()
  const kept = Array.from(conditions, ({ samples }) => samples.filter(({ kept: own }) => own !== undefined))
  const made = kept.filter((samples) => samples.length > 0)
  // Sample j of every condition that has any: a set with fewer clips would have another bias.
  const fewest = Math.min(...made.map(({ length }) => length))
  if (made.length === 0 || fewest < 2) {
    const first = made.flatMap(([sample]) => sample)
    const rows = rowReader(first, parts.store)
    const score = await metric.conclude(measuredSet(first, { ...parts, rows }), recipe, how)
    return made.length === 0 ? score : withWarnings(score, ['of the first sample of each clip: some have no other'])
  }
  const scores: Score[] = []
  for (let j = 0; j < fewest; j++) {
    const clips = made.map((samples) => samples[j])
    const rows = rowReader(clips, parts.store)
    scores.push(await metric.conclude(measuredSet(clips, { ...parts, rows }), recipe, how))
  }
  return averaged(scores, counts(made))
}

/** The mean of the scores of the first, second, … samples; what else the first one says stays its own. */
function averaged(scores: readonly Score[], of: SampleDetails): Score {
  const [first] = scores
  const values = scores.flatMap(({ value }) => value ?? [])
  if (values.length < scores.length) return first
  const value = mean(values)
  const sd = Math.sqrt(values.reduce((sum, each) => sum + (each - value) ** 2, 0) / (values.length - 1))
  const intervals = scores.flatMap(({ interval }) => interval ?? [])
  const remark = `the mean over ${scores.length} samples of each clip; details are those of the first`
  return withWarnings(
    withDetails(
      {
        ...first,
        value,
        // The error of a mean of distances is at most the mean of their errors.
        interval:
          intervals.length < scores.length
            ? null
            : {
                ...intervals[0],
                low: mean(intervals.map(({ low }) => low)),
                high: mean(intervals.map(({ high }) => high)),
                method: `${intervals[0].method}, mean of ${scores.length} samples' ends`,
              },
      },
      { ...of, values, sd },
    ),
    [remark, ...(of.most > of.fewest ? [`samples beyond the ${of.fewest} that every clip has are left out`] : [])],
  )
}

type SampleDetails = NonNullable<NonNullable<Score['details']>['samples']>

/** The values of each condition's samples, of those conditions that have any. */
function valuesOf({ name, conditions }: Concluded): number[][] {
  return Array.from(conditions, ({ samples }) => sampleValues(name, samples)).filter(({ length }) => length > 0)
}

function counts(samples: readonly (readonly unknown[])[]): SampleDetails {
  const lengths = samples.map(({ length }) => length)
  return { fewest: lengths.length === 0 ? 0 : Math.min(...lengths), most: Math.max(0, ...lengths) }
}

function sampleDetails(values: readonly (readonly number[])[]): SampleDetails {
  if (values.length === 0 || values.flat().some((value) => !Number.isFinite(value))) return { ...counts(values) }
  const { withinVariance, betweenVariance, intraclass, seSeedsOnly, seWithInfinitelyManySamples } =
    sampleStatistics(values)
  return {
    ...counts(values),
    withinVariance,
    betweenVariance,
    intraclass,
    seSeedsOnly,
    seWithInfinitelyManySamples,
  }
}

function withDetails(score: Score, samples: SampleDetails): Score {
  return { ...score, details: { ...score.details, samples } }
}

function withWarnings(score: Score, added: readonly string[]): Score {
  return { ...score, warnings: [...(score.warnings ?? []), ...added] }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
