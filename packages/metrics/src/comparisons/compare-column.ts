import type { ComparedColumn } from '@kinemetric/records'
import { commonClips, type ScoredClips } from './common-clips.ts'
import { type CompareValuesOptions, type MethodValues, patternsFor, testPair } from './compare-values.ts'
import { asIdentical, concludePairs, type Family, rankMethods } from './conclude-pairs.ts'
import type { FlipPatterns } from './flips/flip-patterns.ts'
import { orderStability } from './stability.ts'
import { type ClipWeighing, groupByUnit, type Units, weightedMean, weightedSums } from './unit-differences.ts'

/** Methods of one column, with a value a clip. */
export interface ColumnInput extends ClipWeighing {
  metric: string
  recipe: string
  signature: string
  better: 'higher' | 'lower'
  methods: readonly ScoredClips[]
  /** Rows that are shown and never ranked (trivial baselines, floors); each is compared with the ranked ones. */
  trivial?: readonly ScoredClips[] | undefined
  /** Clips that there are; default: those that any method has. */
  protocolClips?: number | undefined
  /** The methods were asked for by name: they are compared on the clips that they share, however few. */
  asked?: boolean | undefined
  /** Clips that were left out for their reference. */
  otherReference?: number | undefined
  /** Methods whose generated frames are the same on every clip. */
  identical?: ((first: string, second: string) => boolean) | undefined
}

export interface ColumnOptions extends Omit<CompareValuesOptions, 'comparisons'> {
  /** Resamples of the stability; 0: none. Default 1,000. */
  resamples?: number | undefined
  onPair?: ((done: number, total: number) => void) | undefined
}

/**
 * All pairs of ranked methods on the clips that all of them have: tests, p after Holm over the column, verdicts, rank intervals, marks, stability.
 * The same input always gives the same column.
 *
 * @param input values in the metric's unit, finite, by clip; `unitOf` names a clip's source video, `weightOf` what it counts (above 0)
 * @throws KinemetricError as `signFlipTest`
 * Source: docs/statistics.md, which names the papers.
 */
export function compareColumn(input: ColumnInput, options: ColumnOptions = {}): ComparedColumn {
  const { metric, recipe, signature, better } = input
  const alpha = options.alpha ?? 0.05
  const total = input.protocolClips ?? new Set(input.methods.flatMap(({ values }) => [...values.keys()])).size
  const common = commonClips(input.methods, total, input.asked)
  const units = groupByUnit(common.clips, input)
  const ranked = common.reason === undefined ? common.ranked.map((scored) => over(scored, units)) : []
  const comparisons = (ranked.length * (ranked.length - 1)) / 2
  const family: Family = { better, alpha, comparisons, units: units.ids.length, methods: ranked.length }
  const patterns = patternsFor(units.ids.length, { ...options, alpha, comparisons: Math.max(1, comparisons) })
  const pairs = concludePairs(testPairs(ranked, units, patterns, options), family)
  const values = ranked.map((scored) => ({ method: scored.method, value: weightedMean(units, scored.values) }))
  const ranks = rankMethods(values, pairs, better)
  return {
    metric,
    recipe,
    signature,
    better,
    family: { kind: 'column', comparisons, methods: ranked.map(({ method }) => method) },
    alpha,
    clips: { common: common.clips.length, protocol: total, otherReference: input.otherReference ?? 0 },
    units: units.ids.length,
    ...(common.reason === undefined ? {} : { reason: common.reason }),
    pairs: pairs.map((pair) => (input.identical?.(pair.first, pair.second) === true ? asIdentical(pair) : pair)),
    ranks,
    unranked: [
      ...common.unranked.map((item) => ({ ...item, value: ownMean(input.methods, item.method) })),
      ...(common.reason === undefined ? [] : common.ranked).map(({ method }) => ({
        method,
        value: ownMean(input.methods, method),
        reason: 'too few common clips',
      })),
    ],
    ...trivialPairs(input, ranked, common.clips, units, { ...options, alpha, patterns }),
    ...stability(ranked, ranks, units, better, options),
  }
}

function testPairs(
  ranked: readonly MethodValues[],
  units: Units,
  patterns: FlipPatterns | undefined,
  { alpha, seed, onPair }: ColumnOptions,
) {
  const total = (ranked.length * (ranked.length - 1)) / 2
  let done = 0
  return ranked.flatMap((first, at) =>
    ranked.slice(at + 1).map((second) => {
      const pair = testPair(first, second, units, { alpha, seed, patterns })
      onPair?.(++done, total)
      return pair
    }),
  )
}

/** A row against each ranked method, on the common clips; a family a row. One that lacks some of these clips is told instead. */
function trivialPairs(
  input: ColumnInput,
  ranked: readonly MethodValues[],
  clips: readonly string[],
  units: Units,
  options: ColumnOptions & { patterns: FlipPatterns | undefined },
): Pick<ComparedColumn, 'trivialPairs' | 'warnings'> {
  if (input.trivial === undefined || ranked.length === 0) return {}
  const { alpha = 0.05, seed, patterns } = options
  const pairs = input.trivial
    .filter(({ values }) => clips.every((clip) => values.has(clip)))
    .flatMap((row) => {
      const own = over(row, units)
      const tested = ranked.map((method) => testPair(method, own, units, { alpha, seed, patterns }))
      const comparisons = ranked.length
      return concludePairs(tested, {
        better: input.better,
        alpha,
        comparisons,
        units: units.ids.length,
        methods: comparisons + 1,
      })
    })
  const warnings = input.trivial.flatMap(({ method, values }) => {
    const lacking = clips.filter((clip) => !values.has(clip)).length
    return lacking === 0 ? [] : [`${method} is not compared: it lacks ${lacking} of the ${clips.length} common clips`]
  })
  return { trivialPairs: pairs, ...(warnings.length === 0 ? {} : { warnings }) }
}

function stability(
  ranked: readonly MethodValues[],
  ranks: readonly { method: string }[],
  units: Units,
  better: 'higher' | 'lower',
  { resamples = 1000, seed = 0 }: ColumnOptions,
): Pick<ComparedColumn, 'stability'> {
  if (ranked.length < 2 || units.ids.length < 2 || resamples === 0) return {}
  const ordered = ranks.map(({ method }) => ranked.find((item) => item.method === method)!)
  const means = ordered.map(({ values }) =>
    weightedSums(units, values).map((sum, unit) => sum / units.unitWeights[unit]),
  )
  const {
    sameOrder,
    first,
    ranks: shares,
    tau,
  } = orderStability(means, better, {
    resamples,
    seed,
    weights: units.unitWeights,
  })
  const methods = ordered.map(({ method }, at) => ({ method, first: first[at], ranks: shares[at] }))
  return { stability: { resamples, seed, sameOrder, methods, tau } }
}

function over({ method, values }: ScoredClips, units: Units): MethodValues {
  return { method, values: Float64Array.from(units.clips, (clip) => values.get(clip) ?? Number.NaN) }
}

/** Over all clips that the method has, by their plain mean: only shown, never ranked. */
function ownMean(methods: readonly ScoredClips[], method: string): number | null {
  const values = [...(methods.find((scored) => scored.method === method)?.values.values() ?? [])]
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length
}
