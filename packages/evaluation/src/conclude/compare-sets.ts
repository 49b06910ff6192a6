import type { Protocol } from '@kinemetric/benchmark'
import { isError } from '@kinemetric/files'
import type { MeasuredSet, SetComparison } from '@kinemetric/metrics'
import type { KinemetricRecord, RecordComparison, Score } from '@kinemetric/records'
import type { NeedUse } from '../journal/journal-identity.ts'
import type { ClipMeasurements } from '../journal/measurement.ts'
import { concludingOf, type MetricName } from '../plan/metric-name.ts'
import { scoredFrames } from '../plan/protocol-extra.ts'
import { cacheAddress } from '../store/feature-cache.ts'
import { featureKey } from '../store/feature-key.ts'
import { comparable, type Comparisons, winner } from './compare-values.ts'
import { type Measured, trackerOf } from './conclude.ts'
import { measuredSet, type RowReader, rowReader } from './measured-sets.ts'

/** A clip of another method's record by its decoded frames. */
export interface ComparedClip {
  clip: string
  generated: string
  reference: string
}

/** Kept rows of the same clips, of both methods, in the same order. */
interface SharedRows {
  clips: readonly ClipMeasurements[]
  own: RowReader
  other: RowReader
}

/**
 * Comparisons of the metrics that compare sets, by kept rows of the clips that both methods have against the same reference. What cannot be compared is
 * told.
 */
export async function compareSets(
  measured: Measured,
  scores: readonly Score[],
  other: { record: KinemetricRecord; clips: readonly ComparedClip[] },
  provider: string,
): Promise<Comparisons> {
  const result: Comparisons = { comparisons: [], warnings: [] }
  const names = measured.names.filter(({ metric }) => metric.compare !== undefined)
  for (const [key, group] of Map.groupBy(names, (name) => name.needKey)) {
    const use = measured.uses.find((candidate) => candidate.key === key)
    const shared =
      use === undefined ? 'nothing was measured for it' : await sharedRows(measured, use, group, other.clips, provider)
    if (typeof shared === 'string') {
      const ids = group.map(({ metric }) => metric.id).join(', ')
      result.warnings.push(`${ids} not compared with ${other.record.method.id}: ${shared}`)
      continue
    }
    for (const name of group) await addComparison(result, name, shared, measured, scores, other.record)
  }
  return result
}

async function addComparison(
  result: Comparisons,
  name: MetricName,
  shared: SharedRows,
  { protocol, uses, store, units = new Map() }: Measured,
  scores: readonly Score[],
  other: KinemetricRecord,
): Promise<void> {
  const { id, name: otherName } = other.method
  const label = `${name.metric.id} (${name.shown})`
  const own = scores.find((score) => score.metric === name.metric.id && score.recipe === name.shown)
  if (own === undefined) return
  const theirs = comparable(own, other)
  if (typeof theirs === 'string') {
    result.warnings.push(theirs)
    return
  }
  const sets: [MeasuredSet, MeasuredSet] = [
    measuredSet(name, shared.clips, { rows: shared.own, store, units }),
    measuredSet(name, shared.clips, { rows: shared.other, store, units }),
  ]
  const compared = await compare(name, sets, trackerOf(uses), protocol)
  if (typeof compared === 'string') result.warnings.push(`${label} not compared with ${id}: ${compared}`)
  else result.comparisons.push({ ...asRecord(own, compared), with: { id, name: otherName } })
}

async function compare(
  name: MetricName,
  [own, other]: [MeasuredSet, MeasuredSet],
  tracker: string,
  protocol: Protocol,
): Promise<SetComparison | string> {
  try {
    const compared = await name.metric.compare?.(own, other, name.recipe, concludingOf(name, tracker, protocol))
    return compared ?? 'the metric compares no sets'
  } catch (error) {
    if (isError(error, 'unfit') || isError(error, 'input')) return error.message
    throw error
  }
}

function asRecord(
  { metric, recipe, signature, better }: Score,
  compared: SetComparison,
): Omit<RecordComparison, 'with'> {
  return {
    metric,
    recipe,
    signature,
    value: compared.first,
    otherValue: compared.second,
    difference: compared.difference,
    interval: compared.interval,
    pValue: compared.p,
    n: compared.clips,
    test: compared.method,
    better: winner(compared.difference, compared.interval, better),
  }
}

/** Rows of the clips that both methods have, or why there are too few. */
async function sharedRows(
  { protocol, clips, store }: Measured,
  use: NeedUse,
  [{ metric, recipe }]: readonly MetricName[],
  others: readonly ComparedClip[],
  provider: string,
): Promise<SharedRows | string> {
  const need = metric.needs(recipe)
  if (need.kind !== 'features') return 'it is not made of rows of features'
  const byClip = new Map(others.map((other) => [other.clip, other]))
  const own: ClipMeasurements[] = []
  const theirs: ClipMeasurements[] = []
  for (const clip of clips) {
    const other = byClip.get(clip.clip)
    // Held against another reference, or not scored: no pair.
    if (other?.reference !== clip.reference || clip.kept[use.key] === undefined) continue
    const { network = '', digest = '' } = use
    const scored = scoredFrames(clip.frames, protocol.identity.excludedFrames)
    const extractor = { network, digest, preprocessing: need.ask.preprocessing }
    const address = cacheAddress(featureKey(extractor, need.ask, provider, other.generated, scored))
    if (!(await store.has(address))) continue
    own.push(clip)
    theirs.push({ ...clip, kept: { [use.key]: { ...clip.kept[use.key], generated: address } } })
  }
  if (own.length < 2) return `its features of ${own.length} clips are in the cache`
  return { clips: own, own: rowReader(use.key, own, store), other: rowReader(use.key, theirs, store) }
}
