import { benchmarkError, metricsOf, type Protocol } from '@kinemetric/benchmark'
import { didYouMean, isError } from '@kinemetric/files'
import {
  ANY_ENCODER,
  chooseSettings,
  findMetric,
  findRecipe,
  metricCatalogue,
  metricsNamed,
  type MetricSpec,
  type Need,
  parseSetting,
  type RecipeInfo,
  regionOf,
  splitEncoder,
} from '@kinemetric/metrics'
import { membersOfGroup } from '@kinemetric/records'
import { needKey } from './need-key.ts'
import { requireRule, ruleSuffix, type SampleRule, splitSampleRule } from './sample-rule.ts'

/** A metric that was asked for. */
export interface PlannedMetric {
  metric: MetricSpec
  recipe: RecipeInfo
  /** What is made of several samples of a clip; undefined: their mean. */
  rule?: SampleRule | undefined
  /** Asked for by name: missing weights end the run. Otherwise the metric is left out with a warning. */
  required: boolean
}

/** One thing to measure, and the metrics that are made of it. */
export interface PlannedNeed {
  key: string
  need: Need
  metrics: PlannedMetric[]
}

/** What is to be measured, as data: nothing is opened or looked for yet. */
export interface MetricPlan {
  needs: PlannedNeed[]
  /** In words, what was left out. */
  warnings: string[]
}

/** Measured in this order: what runs on the processor's own threads first, then what takes turns. */
const kinds: readonly Need['kind'][] = [
  'frames',
  'video',
  'takes',
  'distance',
  'features',
  'video-features',
  'tracked-rows',
  'tracklets',
  'probe',
]

/**
 * What is to be scored, in the protocol's order, by what it needs.
 * @param alignment what the method says of its output; `none` leaves out the metrics that compare frame with frame
 * @param settings `psnr.crop=4` and the like, each for every recipe of that metric which has it
 * @param given encoders whose rows are brought: metrics that take any features are of these, where no recipe is named
 * @throws KinemetricError `bad-option` for unknown names, an encoder that no metric is of, metrics of given features without any, and for settings and values that there are not
 */
export function planMetrics(
  asked: 'default' | 'all' | readonly string[] | undefined,
  protocol: Protocol,
  alignment: 'frame' | 'timestamps' | 'none' = 'frame',
  settings: readonly string[] = [],
  given: readonly string[] = [],
): MetricPlan {
  const warnings: string[] = []
  const metrics: PlannedMetric[] = []
  const leftOut = new Set<string>()
  for (const { metric: id, recipe, rule, required } of withGiven(
    asked ?? 'default',
    listed(asked ?? 'default', protocol),
    given,
  )) {
    const metric = metricCatalogue.find((candidate) => candidate.id === id)
    if (metric === undefined) {
      if (required) asOption(() => metricsNamed([id]))
      warnings.push(`${id} is left out: this version does not have it`)
    } else if (alignment === 'none' && metric.aligned) {
      warnings.push(`${id} is left out: the method's frames do not belong to the reference's one by one`)
      leftOut.add(id)
    } else {
      requireRule(metric, rule)
      if (isOfAnyEncoder(metric, recipe)) {
        if (required) throw nothingGiven(id)
        warnings.push(`${id} is left out: it is of features that are given (--features)`)
        continue
      }
      metrics.push({ metric, recipe: asOption(() => findRecipe(metric, recipe)), rule, required })
    }
  }
  if (metrics.length === 0)
    throw benchmarkError('bad-option', 'metrics', {
      expected: 'at least one metric that can be scored',
      found: warnings.length === 0 ? 'none' : warnings.join('; '),
    })
  const wanted = asOption(() => settings.filter((text) => !leftOut.has(parseSetting(text).metric)))
  const chosen = eachOnce(asOption(() => chooseSettings(metrics, wanted)))
  for (const { recipe } of chosen) asOption(() => regionOf(recipe))
  return { needs: byNeed(chosen), warnings }
}

/** Without those that settings made the same as others. */
function eachOnce(metrics: readonly PlannedMetric[]): PlannedMetric[] {
  const known = new Set<string>()
  return metrics.filter(({ metric, recipe, rule }) => {
    const key = `${metric.id}:${recipe.id}${ruleSuffix(rule)}`
    return known.size < known.add(key).size
  })
}

function byNeed(metrics: readonly PlannedMetric[]): PlannedNeed[] {
  const groups = new Map<string, PlannedNeed>()
  for (const planned of metrics) {
    const need = planned.metric.needs(planned.recipe)
    const key = needKey(need)
    const group = groups.get(key) ?? { key, need, metrics: [] }
    group.metrics.push(planned)
    groups.set(key, group)
  }
  return [...groups.values()].toSorted((a, b) => kinds.indexOf(a.need.kind) - kinds.indexOf(b.need.kind))
}

function takesAny(id: string): boolean {
  return metricCatalogue.some((metric) => metric.id === id && metric.ofEncoder !== undefined)
}

/** Metrics that take any features on those that are given, where nobody named a recipe. */
function withGiven(
  asked: 'default' | 'all' | readonly string[],
  metrics: readonly ListedMetric[],
  given: readonly string[],
): ListedMetric[] {
  if (given.length === 0) return [...metrics]
  const on = (metric: string, each: Omit<ListedMetric, 'metric' | 'recipe'>): ListedMetric[] =>
    given.map((encoder) => ({
      ...each,
      metric,
      recipe: asOption(() => findRecipe(findMetric(metric), `${findRecipe(findMetric(metric)).id}/of-${encoder}`)).id,
    }))
  const all =
    typeof asked === 'string'
      ? [
          ...metrics,
          ...metricCatalogue
            .filter((metric) => isOfAnyEncoder(metric, undefined))
            .flatMap(({ id }) => on(id, { required: true })),
        ]
      : metrics.flatMap((each) => (each.isNamed || !takesAny(each.metric) ? [each] : on(each.metric, each)))
  for (const { recipe } of all) {
    const { encoder } = splitEncoder(recipe ?? '')
    if (encoder !== undefined && !given.includes(encoder))
      throw benchmarkError('bad-option', 'metrics', {
        expected: `an encoder whose features are given: ${given.join(', ')}`,
        found: encoder,
        then: didYouMean(encoder, given),
      })
  }
  const idle = given.find((encoder) => !all.some(({ recipe }) => splitEncoder(recipe ?? '').encoder === encoder))
  if (idle === undefined) return all
  throw benchmarkError('bad-option', 'features', {
    expected: `a metric that takes features of ${idle}: ${metricCatalogue
      .filter(({ id }) => takesAny(id))
      .map(({ id }) => id)
      .join(', ')}`,
    found: 'none among the metrics',
  })
}

/** Whether a metric under a recipe is of rows that somebody has to give, and nobody said whose. */
function isOfAnyEncoder(metric: MetricSpec, recipe: string | undefined): boolean {
  const { ask } = metric.needs(asOption(() => findRecipe(metric, recipe)))
  return ask !== true && 'network' in ask && ask.network === ANY_ENCODER
}

function nothingGiven(id: string) {
  return benchmarkError('bad-option', 'metrics', {
    expected: `features that ${id} is of: --features <name>=<file> and --reference-features <name>=<file>`,
    found: 'none',
  })
}

interface ListedMetric {
  metric: string
  recipe: string | undefined
  rule?: SampleRule | undefined
  required: boolean
  /** Whether its recipe was named. */
  isNamed?: boolean
}

function listed(asked: 'default' | 'all' | readonly string[], protocol: Protocol): ListedMetric[] {
  if (asked === 'all') return metricsOf(protocol).map(({ metric, recipe }) => ({ metric, recipe, required: false }))
  if (asked === 'default')
    return metricsOf(protocol)
      .filter((entry) => entry.default)
      .map(({ metric, recipe }) => ({ metric, recipe, required: true }))
  const found = new Map<string, ListedMetric>()
  for (const text of asked) {
    const { name, rule } = splitSampleRule(text.trim())
    const members = membersOfGroup(name, metricCatalogue)
    // Of a group it is as of all: what has no weights here is left out and said. Who names a metric beside it wants that one.
    for (const each of members ?? [name]) {
      const [metric = '', recipe] = each.split(/:(.*)/s)
      const own = metricsOf(protocol).find((entry) => entry.metric === metric)?.recipe
      const key = `${metric}:${recipe ?? own ?? ''}${ruleSuffix(rule)}`
      const required = members === undefined || found.get(key)?.required === true
      found.set(key, { metric, recipe: recipe ?? own, rule, required, isNamed: recipe !== undefined })
    }
  }
  return [...found.values()]
}

/** An unknown name is a wrong option here. */
function asOption<T>(find: () => T): T {
  try {
    return find()
  } catch (error) {
    if (!isError(error, 'input')) throw error
    const { expected, found, help: then } = error
    throw benchmarkError('bad-option', error.where, { expected, found, then }, { cause: error })
  }
}
