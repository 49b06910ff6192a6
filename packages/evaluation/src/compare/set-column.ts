import {
  asAtFloor,
  asIdentical,
  commonClips,
  concludePairs,
  type Comparing,
  type MeasuredSet,
  rankMethods,
  type SetComparison,
  type TestedPair,
} from '@kinemetric/metrics'
import type { ComparedColumn, Score } from '@kinemetric/records'
import type { FeatureReader } from '../store/feature-reader.ts'
import type { ComparedRecord } from './compared-record.ts'
import { concludingAs } from './concluding-as.ts'
import { bothIn } from './conclude-table.ts'
import { featurePlaces, keptSet, type SetMetric } from './kept-sets.ts'
import { type ColumnContext, withScore } from './value-column.ts'

export interface SetColumnOptions {
  store: FeatureReader
  signal?: AbortSignal | undefined
  /** Told what a comparison will take before it is made, where that is more than a minute. */
  onWarning?: ((message: string) => void) | undefined
}

/** A column of distances between sets, by kept features of the clips that all ranked methods have. Without these, the values stand there unranked. */
export async function setColumn(
  score: Score,
  named: SetMetric,
  context: ColumnContext,
  { store, signal, onWarning }: SetColumnOptions,
): Promise<ComparedColumn> {
  const { ranked } = withScore(score, context)
  const places = await Promise.all(ranked.map((record) => featurePlaces(record, named, context.references, store)))
  const kept = ranked.flatMap((record, at) => {
    const found = places[at]
    return typeof found === 'string' ? [] : [{ record, places: found }]
  })
  const lost = ranked.flatMap((record, at) => {
    const found = places[at]
    return typeof found === 'string' ? [unrankedOf(record, score, found)] : []
  })
  const common = commonClips(
    kept.map(({ record, places: own }) => ({
      method: record.method,
      values: new Map([...own.keys()].map((clip): [string, number] => [clip, 0])),
    })),
    context.protocolClips,
    context.asked,
  )
  const members = kept.filter(({ record }) => common.ranked.some(({ method }) => method === record.method))
  const sets = members.map((member) => ({
    record: member.record,
    set: keptSet(member.places, common.clips, context.references, store),
  }))
  const units = new Set(common.clips.map(context.references.unitOf)).size
  const comparisons = common.reason === undefined ? (sets.length * (sets.length - 1)) / 2 : 0
  const { tested, identical } = await testPairs(comparisons === 0 ? [] : sets, named, score, context, {
    comparisons,
    units,
    signal,
    onCost: onWarning,
  })
  const values = comparisons === 0 ? new Map<string, number>() : valuesOf(tested)
  const { metric, recipe, signature, better } = score
  const alpha = context.options.alpha ?? 0.05
  const pairs = concludePairs(tested, {
    better,
    alpha,
    comparisons: Math.max(1, comparisons),
    units,
    methods: sets.length,
  })
  const atFloor = new Set(sets.filter(({ record }) => isAtFloor(record, score)).map(({ record }) => record.method))
  const shown = pairs.map((pair, at) =>
    identical[at] ? asIdentical(pair) : bothIn(atFloor, pair) ? asAtFloor(pair) : pair,
  )
  const [only] = sets
  const alone = sets.length === 1 && common.clips.length === only.record.record.clips.scored
  const methods = alone
    ? [{ method: only.record.method, value: valueIn(only.record, score) ?? 0 }]
    : [...values].map(([method, value]) => ({ method, value }))
  const reason = common.reason ?? (kept.length === 0 && ranked.length > 0 ? 'no features to compare by' : undefined)
  return {
    metric,
    recipe,
    signature,
    better,
    family: {
      kind: 'column',
      comparisons,
      methods: comparisons === 0 ? methods.map(({ method }) => method) : [...values.keys()],
    },
    alpha,
    clips: {
      common: common.clips.length,
      protocol: context.protocolClips,
      otherReference: context.references.otherReference,
    },
    units,
    ...(reason === undefined ? {} : { reason }),
    pairs: shown,
    ranks: rankMethods(
      methods.map((item) => (atFloor.has(item.method) ? { ...item, atFloor: true } : item)),
      shown,
      better,
    ),
    unranked: [
      ...lost,
      ...common.unranked.map(({ method, reason: why }) => unrankedOf(recordOf(ranked, method), score, why)),
      ...(common.reason === undefined
        ? []
        : members.map(({ record }) => unrankedOf(record, score, 'too few common clips'))),
    ],
  }
}

/** Pairs, and of each whether both have the same rows. */
interface TestedSets {
  tested: TestedPair[]
  identical: boolean[]
}

async function testPairs(
  sets: readonly { record: ComparedRecord; set: MeasuredSet }[],
  { metric, recipe }: SetMetric,
  score: Score,
  { options }: ColumnContext,
  how: { comparisons: number; units: number } & Pick<Comparing, 'signal' | 'onCost'>,
): Promise<TestedSets> {
  const tested: TestedPair[] = []
  const identical: boolean[] = []
  for (const [at, a] of sets.entries())
    for (const b of sets.slice(at + 1)) {
      const compared = await metric.compare?.(a.set, b.set, recipe, {
        ...concludingAs(score, a.record.record, options.seed),
        alpha: options.alpha,
        comparisons: how.comparisons,
        draws: options.draws,
        signal: how.signal,
        onCost: how.onCost,
      })
      if (compared === undefined) continue
      tested.push(asPair(a.record.method, b.record.method, compared))
      identical.push(compared.identical)
      options.onPair?.(tested.length, how.comparisons)
    }
  return { tested, identical }
}

function asPair(first: string, second: string, compared: SetComparison): TestedPair {
  const { interval, pJackknife, pExchange, resolution, reason } = compared
  return {
    first,
    second,
    firstValue: compared.first,
    secondValue: compared.second,
    difference: compared.difference,
    sd: null,
    interval: interval === null ? null : { low: interval.low, high: interval.high },
    ...(reason === undefined ? {} : { reason }),
    test: compared.test,
    p: compared.p,
    smallestP: compared.smallestP,
    draws: compared.draws,
    seed: compared.seed,
    moving: compared.units,
    larger: 0,
    smaller: 0,
    equal: 0,
    skewed: false,
    ...(resolution === null ? {} : { resolution }),
    tests: { jackknife: pJackknife ?? 1, exchange: pExchange },
  }
}

function isAtFloor({ record }: ComparedRecord, { metric, signature }: Score): boolean {
  const own = record.scores.find((item) => item.metric === metric && item.signature === signature)
  return own?.details?.floor?.atFloor === true
}

function valuesOf(pairs: readonly TestedPair[]): Map<string, number> {
  return new Map(
    pairs.flatMap(({ first, second, firstValue, secondValue }): [string, number][] => [
      [first, firstValue],
      [second, secondValue],
    ]),
  )
}

function recordOf(records: readonly ComparedRecord[], method: string): ComparedRecord | undefined {
  return records.find((record) => record.method === method)
}

function unrankedOf(
  record: ComparedRecord | undefined,
  score: Score,
  reason: string,
): ComparedColumn['unranked'][number] {
  return { method: record?.method ?? '', value: record === undefined ? null : valueIn(record, score), reason }
}

function valueIn({ record }: ComparedRecord, { metric, signature }: Score): number | null {
  return record.scores.find((item) => item.metric === metric && item.signature === signature)?.value ?? null
}
