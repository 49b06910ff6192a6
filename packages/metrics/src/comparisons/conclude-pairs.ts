import type { ComparedPair, RankedMethod } from '@kinemetric/records'
import type { TestedPair } from './compare-values.ts'
import { holm } from './holm.ts'
import { detectableDifference, fewestUnits } from './planning.ts'
import { rankIntervals, type RankInterval } from './rank-intervals.ts'
import { orderOf } from './stability.ts'

/** What turns p into conclusions. */
export interface Family {
  better: 'higher' | 'lower'
  alpha: number
  /** How many pairs are corrected for together; at least those that are given. */
  comparisons: number
  /** Units of the common clips, and methods of the family, for reasons. */
  units: number
  methods: number
}

/** p after Holm over one family, and what may be said of each pair. */
export function concludePairs(pairs: readonly TestedPair[], family: Family): ComparedPair[] {
  const adjusted = holm(pairs.map(({ p }) => p))
  return pairs.map((pair, i) => concludePair(pair, adjusted[i], family))
}

function concludePair(pair: TestedPair, pAdjusted: number, family: Family): ComparedPair {
  const { alpha, comparisons, units } = family
  const concluded: ComparedPair = {
    ...pair,
    pAdjusted,
    pAdjustedTable: pAdjusted,
    verdict: verdictOf(pair, pAdjusted, family),
    detectable80: pair.sd === null ? null : detectableDifference(units, pair.sd, { alpha: alpha / comparisons }),
  }
  if (concluded.verdict !== 'cannot-separate' || pair.reason !== undefined) return concluded
  return { ...concluded, reason: tooFew(pair, family) }
}

/** From the adjusted p alone; where no p of so many units could be small enough, that is said instead. */
function verdictOf(
  pair: TestedPair,
  pAdjusted: number,
  { alpha, comparisons, better }: Family,
): ComparedPair['verdict'] {
  if (pair.smallestP * comparisons > alpha * (1 + 1e-12)) return 'cannot-separate'
  if (pAdjusted > alpha) return pair.resolution === undefined ? 'not-separated' : 'not-resolved'
  return pair.difference > 0 === (better === 'higher') ? 'first-better' : 'second-better'
}

function tooFew({ moving, smallestP, draws }: TestedPair, { alpha, comparisons, units, methods }: Family): string {
  const percent = `${Number((alpha * 100).toPrecision(3))} %`
  const smallest = `smallest p ${Number(smallestP.toPrecision(3))}`
  if (draws !== null) return `${draws} draws cannot separate at ${percent} (${smallest})`
  if (moving < units) return `${moving} of ${units} clips differ, too few to separate at ${percent} (${smallest})`
  if (comparisons === 1) return `n = ${units} cannot separate two methods at ${percent} (${smallest})`
  return `n = ${units} cannot separate ${methods} methods (${comparisons} comparisons need n ≥ ${fewestUnits(comparisons, alpha)})`
}

/** p over all columns together, beside each column's own. */
export function adjustTable(columns: readonly (readonly ComparedPair[])[]): ComparedPair[][] {
  const adjusted = holm(columns.flat().map(({ p }) => p))
  let at = 0
  return columns.map((pairs) => pairs.map((pair) => ({ ...pair, pAdjustedTable: adjusted[at++] })))
}

/** A pair as it stands where the whole table is the family: everything that it says is by the p over all columns. */
export function concludeByTable(pair: ComparedPair, family: Family): ComparedPair {
  const { verdict, reason, ...tested } = pair
  // The number of the column's comparisons stands in that reason.
  const kept = reason === undefined || (verdict === 'cannot-separate' && pair.moving > 0) ? {} : { reason }
  const { pAdjusted, pAdjustedTable } = pair
  return { ...concludePair({ ...tested, ...kept }, pAdjustedTable, family), pAdjusted, pAdjustedTable }
}

/** The same frames on every clip: there is nothing to test. */
export function asIdentical(pair: ComparedPair): ComparedPair {
  return { ...pair, verdict: 'identical', reason: 'the generated frames are the same on every clip' }
}

/** Two methods that are not told from a second sample of the reference are not ranked against each other, whatever p says. */
export function asAtFloor(pair: ComparedPair): ComparedPair {
  return {
    ...pair,
    verdict: 'not-resolved',
    reason: 'both at the floor: not told from a second sample of the reference',
  }
}

/**
 * Ranks, layers and marks from concluded pairs, best value first, ties by name.
 * @param methods with their values over the common clips; pairs name them. What else they say (an interval, a floor) stays with them
 */
export function rankMethods<M extends Pick<RankedMethod, 'method' | 'value'>>(
  methods: readonly M[],
  pairs: readonly Pick<ComparedPair, 'first' | 'second' | 'verdict'>[],
  better: 'higher' | 'lower',
): (M & RankInterval)[] {
  const byName = methods.toSorted((a, b) => (a.method < b.method ? -1 : a.method > b.method ? 1 : 0))
  const ordered = orderOf(
    byName.map(({ value }) => value),
    better,
  ).map((at) => byName[at])
  const position = new Map(ordered.map(({ method }, at) => [method, at]))
  const separated = pairs.flatMap(({ first, second, verdict }): [number, number][] => {
    const [a, b] = [position.get(first), position.get(second)]
    if (a === undefined || b === undefined) return []
    return verdict === 'first-better' ? [[a, b]] : verdict === 'second-better' ? [[b, a]] : []
  })
  const ranks = rankIntervals(ordered.length, separated)
  return ordered.map((item, at) => ({ ...item, ...ranks[at] }))
}
