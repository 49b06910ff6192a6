import { hashFile } from '@kinemetric/files'
import { findMetric, findRecipe } from '@kinemetric/metrics'
import { unverifiedWords } from '@kinemetric/networks'
import {
  type HeldClaimFile,
  type KinemetricRecord,
  readRecords,
  type StoredRecord,
  type Verdicts,
  verdictsPath,
  writeVerdicts,
} from '@kinemetric/records'
import { type FoundClaims, readStudyClaims } from '../benchmark/read-study-claims.ts'
import type { Study } from '../study/study.ts'
import { claimVerdict } from './claim-verdict.ts'
import { printedDecimals } from './printed-decimals.ts'

/**
 * Holds a study's claims against its records, protocol by protocol, and leaves `verdicts.json` beside them.
 * @param results folder of the records
 * @throws KinemetricError as reading claims does
 */
export async function holdClaims(study: Study, results: string): Promise<Verdicts[]> {
  const found = await readStudyClaims(study.ask.benchmark)
  const { records } = await readRecords(results)
  const all: Verdicts[] = []
  for (const { id, protocol } of study.protocols) {
    const own = found.filter(({ row }) => row.protocol === id)
    const stored = records.filter(({ record }) => record.protocol.id === id)
    if (own.length === 0 || stored.length === 0) continue
    const { version, digest } = stored[0].record.protocol
    const { margins, clipsWithin, title, id: benchmark } = study.benchmark
    const verdicts: Verdicts = {
      schema: 'kinemetric/verdicts@1',
      benchmark: { id: benchmark, title },
      protocol: { id, version, digest },
      records: await Promise.all(
        stored.map(async ({ path, record }) => ({ method: record.method.id, record: await hashFile(path) })),
      ),
      margins,
      clipsWithin,
      held: own.flatMap((claim) => heldOf(study, claim, found, stored, protocol.identity.id)),
    }
    await writeVerdicts(verdictsPath(results, id), verdicts)
    all.push(verdicts)
  }
  return all
}

/** Every number of one row of a paper's table. */
function heldOf(
  study: Study,
  { row, claims }: FoundClaims,
  all: readonly FoundClaims[],
  stored: readonly StoredRecord[],
  protocol: string,
): HeldClaimFile[] {
  const record = stored.find((each) => each.record.method.id === row.method)?.record
  const { margins, clipsWithin } = study.benchmark
  return claims.values.flatMap(({ metric, label, value: claimed }): HeldClaimFile[] => {
    if (claimed === null) return []
    const recipe = recipeOf(study, metric)
    const score = record?.scores.find((each) => each.metric === metric && baseOf(each.recipe) === recipe)
    const column = all.flatMap(({ claims: { values } }) => values.filter((each) => each.metric === metric))
    const decimals = printedDecimals(column)
    const measured = score?.value ?? null
    const interval = score?.interval ?? null
    const clips = {
      measured: record === undefined ? 0 : record.clips.scored,
      claimed: claims.source.samples ?? row.clips ?? null,
    }
    const otherwise = otherwiseThan(study, row.method, record, score, protocol)
    return [
      {
        method: row.method,
        name: record?.method.name ?? claims.method.name,
        claims: claims.method.id,
        source: claims.source,
        metric,
        label: label ?? metric,
        recipe: score?.recipe ?? recipe,
        unit: score?.unit ?? '',
        claimed,
        printed: claimed.toFixed(decimals),
        measured,
        interval: interval === null ? null : { low: interval.low, high: interval.high, level: interval.level },
        clips,
        ...claimVerdict({
          claimed,
          decimals,
          measured,
          interval,
          within: margins[metric]?.within,
          clips,
          clipsWithin,
          otherwise,
        }),
      },
    ]
  })
}

/** The benchmark's recipe of a metric: what its claims are held against. */
function recipeOf({ benchmark: { metrics } }: Study, metric: string): string {
  const named = metrics === 'all' ? undefined : metrics.find((text) => text.split(':', 1)[0] === metric)
  return findRecipe(findMetric(metric), named?.split(/:(.*)/s)[1]).id
}

/** A recipe without what measured it: `interdyn` of `interdyn/tracker:lucas-kanade`. */
function baseOf(recipe: string): string {
  return recipe.split('/', 1)[0]
}

/** What is known to be otherwise here than where the claim was made, in words. */
function otherwiseThan(
  study: Study,
  method: string,
  record: KinemetricRecord | undefined,
  score: KinemetricRecord['scores'][number] | undefined,
  protocol: string,
): string[] {
  const row = study.methods.find(({ id }) => id === method)
  if (record === undefined || row === undefined) return [`${method} was not run here`]
  const reasons: string[] = []
  const made = unverifiedWords(record.method.weights ?? [])
  const measured = unverifiedWords(record.provenance.weights)
  if (made.length > 0) reasons.push(`golden or other weights of one’s own (${made.join(', ')})`)
  if (measured.length > 0) reasons.push(`measured with weights of one’s own (${measured.join(', ')})`)
  if (study.variant !== undefined) reasons.push(`variant ${study.variant.id}`)
  if (row.changed.length > 0) reasons.push(`other settings (${row.changed.join(', ')})`)
  const { scored, total } = record.clips
  if (scored < total) reasons.push(`${total - scored} of ${total} clips failed under ${protocol}`)
  const tracker = /\/tracker:(.+)$/.exec(score?.recipe ?? '')?.[1]
  const { tracker: wanted } = study.benchmark
  if (tracker !== undefined && wanted !== 'auto' && tracker !== wanted)
    reasons.push(`other recipe (tracker ${tracker}, not ${wanted})`)
  if (score?.value == null) reasons.push('not measured here')
  return reasons
}
