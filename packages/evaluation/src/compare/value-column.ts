import {
  aboveChance,
  commonClips,
  compareColumn,
  type ColumnOptions,
  rankMethods,
  type ScoredClips,
} from '@kinemetric/metrics'
import { clipValuesOf, type ComparedColumn, type Score, unrelatedRecipe, weightRecipe } from '@kinemetric/records'
import type { ComparedRecord } from './compared-record.ts'
import { overCommonClips } from './over-common-clips.ts'
import { type PairedReferences, sameGenerated } from './paired-references.ts'

/** What all columns of a protocol share. */
export interface ColumnContext {
  references: PairedReferences
  /** Records that are ranked, and those that are shown beside them. */
  ranked: readonly ComparedRecord[]
  apart: readonly ComparedRecord[]
  /** Clips of the protocol: those of the record that has most. */
  protocolClips: number
  /** Whether the methods were asked for by name. */
  asked: boolean
  options: ColumnOptions
}

/** A column of a metric with a value a clip. */
export function valueColumn(score: Score, context: ColumnContext): ComparedColumn {
  const { options } = context
  const { ranked, apart } = withScore(score, context)
  const references = weightedBy(context.references, [...ranked, ...apart], score)
  const { metric, recipe, signature, better } = score
  const protocolClips = context.protocolClips - skippedByDesign([...ranked, ...apart], score)
  const values = (record: ComparedRecord): ScoredClips => ({
    method: record.method,
    values: clipValues(record, score, references.comparable),
  })
  const methods = ranked.map(values)
  const byId = new Map(ranked.map((record) => [record.method, record]))
  const column = compareColumn(
    {
      metric,
      recipe,
      signature,
      better,
      methods,
      trivial: apart.map(values),
      protocolClips,
      asked: context.asked,
      otherReference: references.otherReference,
      unitOf: references.unitOf,
      weightOf: references.weightOf,
      identical: (first, second) => {
        const [a, b] = [byId.get(first), byId.get(second)]
        const clips = methods.find(({ method }) => method === first)?.values.keys() ?? []
        return a !== undefined && b !== undefined && sameGenerated(a, b, clips)
      },
    },
    options,
  )
  const chance = chanceOf([...ranked, ...apart], score, context)
  const scored = {
    ...column,
    ranks: scoredRanks(column, score, methods, byId, { ...context, references, protocolClips }),
  }
  return chance.length === 0 ? scored : { ...scored, aboveChance: chance }
}

/** Clips that have nothing to score by this metric (no object of enough pixels), whatever the method: nobody lacks them. */
function skippedByDesign(records: readonly ComparedRecord[], { metric, signature }: Score): number {
  const skipped = records.flatMap(({ record }) => {
    const own = record.scores.find((item) => item.metric === metric && item.signature === signature)
    return own === undefined ? [] : [own.details?.missing?.['skipped'] ?? 0]
  })
  return skipped.length === 0 ? 0 : Math.min(...skipped)
}

/** What a clip counts by this metric too, where it weighs clips: usually the same in every record, the mean of them where it is of each method's own video. */
export function weightedBy(
  references: PairedReferences,
  records: readonly ComparedRecord[],
  score: Score,
): PairedReferences {
  const own = { metric: score.metric, recipe: weightRecipe(score.recipe) }
  const counts = new Map<string, { sum: number; records: number }>()
  let hasWeights = false
  for (const { rows } of records) {
    const weights = clipValuesOf(rows, own)
    hasWeights ||= weights.size > 0
    // A weight of 1 is not written down.
    const all = new Map([...[...clipValuesOf(rows, score).keys()].map((clip) => [clip, 1] as const), ...weights])
    for (const [clip, weight] of all) {
      if (!(weight > 0)) continue
      const known = counts.get(clip) ?? { sum: 0, records: 0 }
      counts.set(clip, { sum: known.sum + weight, records: known.records + 1 })
    }
  }
  if (!hasWeights) return references
  const weightOf = (clip: string) => {
    const known = counts.get(clip)
    return known === undefined ? 1 : known.sum / known.records
  }
  return { ...references, weightOf: (clip) => references.weightOf(clip) * weightOf(clip) }
}

/** The ranks with each method's own score over the common clips, best first by that. */
function scoredRanks(
  { ranks, pairs, clips, better }: ComparedColumn,
  score: Score,
  methods: readonly ScoredClips[],
  byId: ReadonlyMap<string, ComparedRecord>,
  { references, protocolClips, asked }: ColumnContext,
): ComparedColumn['ranks'] {
  if (ranks.length === 0 || clips.common === 0) return ranks
  const common = commonClips(methods, protocolClips, asked).clips
  const own = ranks.map(({ method }) => ({
    method,
    ...overCommonClips(byId.get(method)!, score, common, references),
  }))
  return rankMethods(own, pairs, better)
}

/** Of each record that tells what its clips get against others' references, whether it does better than that. */
function chanceOf(records: readonly ComparedRecord[], score: Score, { references, options }: ColumnContext) {
  const { comparable, unitOf, weightOf } = references
  const recipe = unrelatedRecipe(score.recipe)
  const methods = records
    .map((record) => ({
      method: record.method,
      scored: clipValues(record, score, comparable),
      unrelated: clipValues(record, { metric: score.metric, recipe }, comparable),
    }))
    .filter(({ unrelated }) => unrelated.size > 0)
  return aboveChance(methods, score.better, { ...options, unitOf, weightOf })
}

/** The records that have the score, by its signature. */
export function withScore(
  { metric, signature }: Pick<Score, 'metric' | 'signature'>,
  { ranked, apart }: Pick<ColumnContext, 'ranked' | 'apart'>,
): { ranked: ComparedRecord[]; apart: ComparedRecord[] } {
  const has = ({ record }: ComparedRecord) =>
    record.scores.some((item) => item.metric === metric && item.signature === signature && item.value !== null)
  return { ranked: ranked.filter(has), apart: apart.filter(has) }
}

/** The finite values of clips; of several samples the clip's own over all of them. */
export function clipValues(
  { rows }: ComparedRecord,
  score: Pick<Score, 'metric' | 'recipe'>,
  comparable: (clip: string) => boolean,
): Map<string, number> {
  const values = clipValuesOf(rows, score)
  return new Map([...values].filter(([clip, value]) => Number.isFinite(value) && comparable(clip)))
}
