import { MetricError, pairedTest } from '@kinemetric/metrics'
import type { KinemetricRecord, RecordComparison, Score } from '@kinemetric/records'
import { type Comparisons, winner } from './compare-values.ts'
import type { KeptFeatures } from '../store/kept-features.ts'
import { type MetricName } from '../plan/metric-name.ts'
import type { Protocol } from '@kinemetric/benchmark'

/** Features of the same clips, in the same order. */
export interface ComparedFeatures {
  own: KeptFeatures
  other: KeptFeatures
  reference: KeptFeatures
}

/** Paired tests of distribution metrics against another method, from kept features. Scores with another signature are not compared but told. */
export async function compareDistributions(
  names: readonly MetricName[],
  scores: readonly Score[],
  other: KinemetricRecord,
  features: ComparedFeatures,
  protocol: Protocol,
): Promise<Comparisons> {
  const result: Comparisons = { comparisons: [], warnings: [] }
  const { id, name: otherName } = other.method
  for (const name of names) {
    const matches = (score: Score) => score.metric === name.info.id && score.recipe === name.shown
    const label = `${name.info.id} (${name.shown})`
    const own = scores.find(matches)
    const theirs = other.scores.find(matches)
    if (own === undefined || theirs === undefined) result.warnings.push(`not compared with ${id}: it has no ${label}`)
    else if (theirs.signature !== own.signature)
      result.warnings.push(`not compared with ${id}: its ${label} has another signature`)
    else {
      const tested = await test(name, own.signature, features, protocol)
      if (typeof tested === 'string') result.warnings.push(`${label} not compared with ${id}: ${tested}`)
      else result.comparisons.push({ ...tested, with: { id, name: otherName } })
    }
  }
  return result
}

async function test(
  { info, recipe, shown }: MetricName,
  signature: string,
  { own, other, reference }: ComparedFeatures,
  protocol: Protocol,
): Promise<Omit<RecordComparison, 'with'> | string> {
  try {
    const options = { recipe, seed: protocol.identity.seeds.bootstrap, level: protocol.identity.bootstrap.level }
    const paired = await pairedTest(info.id, own, other, reference, options)
    return {
      metric: info.id,
      recipe: shown,
      signature,
      value: paired.first,
      otherValue: paired.second,
      difference: paired.difference,
      interval: paired.interval,
      pValue: paired.pValue,
      n: paired.clips,
      test: paired.method,
      better: winner(paired.difference, paired.interval, info.better),
    }
  } catch (error) {
    if (error instanceof MetricError) return error.message
    throw error
  }
}
