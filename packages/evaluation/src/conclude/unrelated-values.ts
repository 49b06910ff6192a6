import { clipValue, needsReference, unrelatedPartners } from '@kinemetric/metrics'
import type { Score } from '@kinemetric/records'
import type { ConcludedReferences } from '../references/reference-clips.ts'
import type { ClipMeasurements, ClipOutcome, OutcomeKey } from '../journal/measurement.ts'
import { type MetricName, metricKey } from '../plan/metric-name.ts'
import { firstOf, UNRELATED_PAIRINGS } from '../plan/unrelated-pairings.ts'
import { readTracklets } from '../store/track-entries.ts'
import type { Measured } from './conclude.ts'
import { byClip, type MeasuredLines } from './conditions.ts'
import { definedValues, measuredClip, noUnits } from './measured-sets.ts'

/** What a metric gives this method's clips against the references of others. */
export interface UnrelatedValues {
  name: MetricName
  /** The mean over the pairings of each clip that has any. */
  byClip: ReadonlyMap<string, number>
  pairings: number
  from: 'kept' | 'measured'
}

/** The lines of a journal that hold clips against other clips' references: `count` of each clip at most. */
export function unrelatedOutcomes(
  { clips, protocol }: ConcludedReferences,
  count: number,
  get: (key: OutcomeKey) => ClipOutcome | undefined,
): ClipMeasurements[] {
  if (count < 1) return []
  const named = [...clips]
  const partnersOf = unrelatedPartners(named, protocol.identity.seeds.shuffle)
  return named.flatMap(({ id }) =>
    firstOf(partnersOf(id), count).flatMap((against) => {
      const outcome = get({ clip: id, against })
      return outcome === undefined || 'failure' in outcome ? [] : [outcome]
    }),
  )
}

/**
 * What unrelated videos get, metric by metric: of what was kept of the clips where that tells, of `pairs` that were measured elsewhere. Best-of recipes have
 * none, for a best of unrelated ones is no level of chance of theirs.
 */
export async function unrelatedValues(
  measured: Measured,
  references: ConcludedReferences,
  pairs: readonly ClipMeasurements[],
): Promise<UnrelatedValues[]> {
  const found: UnrelatedValues[] = []
  for (const name of measured.names) {
    if (!hasChance(name)) continue
    if (!name.metric.unrelated && pairs.length === 0) continue
    const values = name.metric.unrelated
      ? await keptValues(name, measured, references)
      : measuredPairs(name, measured.clips, pairs)
    if (values.byClip.size > 0) found.push(values)
  }
  return found
}

/** Whether there is something that unrelated videos get: where nothing is held against a reference, no video is unrelated. */
function hasChance({ metric, recipe, rule }: MetricName): boolean {
  return metric.per !== 'set' && rule === undefined && needsReference(metric.needs(recipe))
}

/** The scores with the level of chance of each among its details. */
export function withUnrelated(
  scores: readonly Score[],
  unrelated: readonly UnrelatedValues[],
  references: ConcludedReferences,
): Score[] {
  const { shuffle: seed } = references.protocol.identity.seeds
  return scores.map((score) => {
    const own = unrelated.find(({ name }) => name.metric.id === score.metric && name.shown === score.recipe)
    if (own === undefined) return score
    const { pairings, from } = own
    const values = [...own.byClip.values()]
    const value = values.reduce((sum, each) => sum + each, 0) / values.length
    const details = { value: Number.isFinite(value) ? value : null, n: values.length, pairings, seed, from }
    return { ...score, details: { ...score.details, unrelated: details } }
  })
}

/** In words, the metrics with a value per clip for which nothing tells what unrelated videos get. */
export function withoutUnrelated(names: readonly MetricName[], unrelated: readonly UnrelatedValues[]): string[] {
  const lacking = names.filter((name) => hasChance(name) && !unrelated.some((own) => own.name === name))
  if (lacking.length === 0) return []
  const shown = lacking.map(({ metric, shown: recipe }) => `${metric.id} (${recipe})`).join(', ')
  return [`no level of chance of ${shown}: no clip could be held against another source video's reference`]
}

async function keptValues(
  name: MetricName,
  { clips, store, units = noUnits }: Measured,
  references: ConcludedReferences,
): Promise<UnrelatedValues> {
  const partnersOf = unrelatedPartners([...references.clips], references.protocol.identity.seeds.shuffle)
  const kept = { tracklets: (address: string) => readTracklets(store, address) }
  const firsts = new Map(
    [...firstSamples(clips)].map((line) => [line.clip, { line, clip: measuredClip(name, line, units) }]),
  )
  const byClip = new Map<string, number>()
  let pairings = 1
  for (const [clip, { line, clip: generated }] of firsts) {
    if (generated.values === undefined) continue
    const values: number[] = []
    for (const partner of partnersOf(clip)) {
      if (values.length >= UNRELATED_PAIRINGS) break
      const other = firsts.get(partner)
      if (other === undefined || !areUnrelated(line, other.line.reference)) continue
      const value = await name.metric.unrelated?.(generated, other.clip, kept, name.recipe)
      if (value !== undefined) values.push(value)
    }
    if (values.length > 0) byClip.set(clip, mean(values))
    pairings = Math.max(pairings, values.length)
  }
  return { name, byClip, pairings, from: 'kept' }
}

function measuredPairs(name: MetricName, clips: MeasuredLines, pairs: readonly ClipMeasurements[]): UnrelatedValues {
  const lines = new Map([...firstSamples(clips)].map((line) => [line.clip, line]))
  const byClip = new Map<string, number>()
  let pairings = 1
  for (const [clip, all] of Map.groupBy(pairs, (pair) => pair.clip)) {
    const line = lines.get(clip)
    const own = line === undefined ? [] : all.filter(({ reference }) => areUnrelated(line, reference))
    const values = own.flatMap((pair) => {
      const defined = definedValues(pair.values[metricKey(name)]?.values ?? [])
      return defined === undefined ? [] : [clipValue(name.metric, name.recipe.id, defined)]
    })
    pairings = Math.max(pairings, own.length)
    if (values.length > 0) byClip.set(clip, mean(values))
  }
  return { name, byClip, pairings, from: 'measured' }
}

/** Not where the other reference shows the same frames as the clip does, or as its own reference: a reference that serves as video, a clip that is there twice. */
function areUnrelated({ generated, reference }: ClipMeasurements, other: string | undefined): boolean {
  return other !== undefined && other !== generated && other !== reference
}

/** Of each clip its first sample. */
export function* firstSamples(clips: MeasuredLines): Generator<ClipMeasurements> {
  for (const [first] of byClip(clips)) yield first
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
