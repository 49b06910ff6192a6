import { type MetricSpec, type RecipeInfo, scoreClips } from '@kinemetric/metrics'
import { type Score, weightRecipe } from '@kinemetric/records'
import { joinedValues, sameCount } from '../conclude/conditions.ts'
import { metricOfScore } from '../compare/metric-of-score.ts'
import { splitSampleRule } from '../plan/sample-rule.ts'
import type { IntervalKind } from './interval-kind.ts'
import { seriesKey, type TableSeries } from './table-series.ts'

/** The metric and recipe behind a score, and whether it is the best of several samples. */
interface MadeBy {
  metric: MetricSpec
  recipe: RecipeInfo
  bestOf: boolean
}

/** What made a score, whatever is made of several samples; undefined where this version does not have it. */
export function madeBy(score: Score): MadeBy | undefined {
  const [shown = '', ...tracker] = score.recipe.split('/tracker:')
  const { name, rule } = splitSampleRule(shown)
  const known = metricOfScore({ ...score, recipe: [name, ...tracker].join('/tracker:') })
  return known?.recipe && { metric: known.metric, recipe: known.recipe, bestOf: rule?.kind === 'best-of' }
}

/** The values behind a score, of which scores of any of its clips are made: each as its metric makes the whole one, of these clips alone. */
export class KeptScore {
  /** Those that have a value, in the table's order. */
  readonly clips: readonly string[]
  readonly #made: MadeBy
  readonly #series: TableSeries
  readonly #weights: ReadonlyMap<string, number> | undefined
  readonly #unitOf: (clip: string) => string | undefined

  /** @param all what the record's table has @param unitOf the source video of a clip that shares it with others */
  constructor(
    { metric, recipe }: Pick<Score, 'metric' | 'recipe'>,
    made: MadeBy,
    all: ReadonlyMap<string, TableSeries>,
    unitOf: (clip: string) => string | undefined,
  ) {
    this.#made = made
    this.#series = all.get(seriesKey(metric, recipe)) ?? nothing()
    const weights = all.get(seriesKey(metric, weightRecipe(recipe)))?.own
    // Who weighs clips gives each a weight, 1 too, and the last digit of the interval knows it.
    this.#weights = weights ?? (made.metric.weigh === undefined ? undefined : new Map())
    this.#unitOf = unitOf
    this.clips = [...this.#series.own].flatMap(([clip, value]) => (Number.isNaN(value) ? [] : [clip]))
  }

  /** How many source videos clips are of. */
  unitsOf(clips: readonly string[]): number {
    return new Set(clips.map((clip) => this.#unitOf(clip) ?? clip)).size
  }

  /** @param clips some of `clips` */
  scoreOf(clips: readonly string[], kind: IntervalKind): Score {
    const { metric, recipe } = this.#made
    return scoreClips(metric, recipe.id, this.#valuesOf(clips), {
      units: clips.some((clip) => this.#unitOf(clip) !== undefined)
        ? clips.map((clip) => this.#unitOf(clip) ?? clip)
        : undefined,
      weights: this.#weights && clips.map((clip) => this.#weights?.get(clip) ?? 1),
      ...kind,
    })
  }

  #valuesOf(clips: readonly string[]): Float64Array[] {
    const { own, frames, samples, hasSamples } = this.#series
    const ofOwn = (clip: string) => Float64Array.of(own.get(clip) ?? Number.NaN)
    if (this.#made.bestOf) return clips.map(ofOwn)
    if (!hasSamples)
      return clips.map((clip) => {
        const values = defined(frames.get(clip) ?? [])
        return values.length === 0 ? ofOwn(clip) : values
      })
    const ofSamples = clips.map((clip) =>
      [...(samples.get(clip)?.values() ?? [])].map(defined).filter(({ length }) => length > 0),
    )
    const uneven = !sameCount(ofSamples.map(({ length }) => length))
    return clips.map((clip, at) => joinedValues(this.#made, ofSamples[at], uneven) ?? ofOwn(clip))
  }
}

function nothing(): TableSeries {
  return { frames: new Map(), own: new Map(), samples: new Map(), hasSamples: false }
}

function defined(values: readonly number[]): Float64Array {
  return Float64Array.from(values.filter((value) => !Number.isNaN(value)))
}
