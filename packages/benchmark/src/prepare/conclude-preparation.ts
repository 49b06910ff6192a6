import { join } from 'node:path'
import { canonicalJson, jsonLine, writeWhole } from '@kinemetric/files'
import type { DatasetRows } from '../datasets/read-dataset.ts'
import { benchmarkError } from '../failures/benchmark-error.ts'
import type { ManifestClip } from '../manifest/manifest-clip.ts'
import { protocolFile } from '../manifest/manifest-protocol.ts'
import { ownProtocolJson } from '../protocol/own-protocol.ts'
import { type Protocol, protocolDigest } from '../protocol/protocol.ts'
import { protocols } from '../protocol/protocols.ts'
import type { ItemOutcome } from './prepare-one.ts'
import type { Preparation } from './prepare-options.ts'
import { funnelAndRemoved, reportOf } from './report.ts'

/** What was prepared: no clip of it is looked at any more. */
export interface Concluded {
  /** The dataset's name, and in errors its place. */
  dataset: string
  place: string
  protocol: Protocol
  /** Those that decide the clips, with what is chosen of masks that are drawn. */
  options: Readonly<Record<string, unknown>>
  rows: Pick<DatasetRows, 'removals' | 'stages' | 'warnings' | 'notes' | 'facts'> & {
    items: readonly { id: string; warnings?: readonly string[] | undefined }[]
  }
  /** Of each item. */
  outcomes: readonly ItemOutcome[]
}

/**
 * Writes `prepare.json`, then `protocol.json` for a protocol of one's own, then `manifest.jsonl`, which says that all is there.
 * @throws KinemetricError `no-clips`, where the report alone is written; `disk-full`, `write-failed`
 */
export async function concludePreparation(
  { dataset, place, protocol, options, rows, outcomes }: Concluded,
  out: string,
): Promise<Preparation> {
  const { items, notes, facts } = rows
  const result: Preparation = {
    manifest: join(out, 'manifest.jsonl'),
    clips: 0,
    kept: 0,
    failures: [],
    warnings: [...rows.warnings],
    notes,
    ...(Object.keys(facts).length === 0 ? {} : { facts }),
    ...funnelAndRemoved(rows),
  }
  const clips: ManifestClip[] = []
  for (const [index, { id, warnings = [] }] of items.entries()) {
    for (const message of warnings) result.warnings.push({ clip: id, message })
    const outcome = outcomes[index]
    if ('reason' in outcome) result.failures.push(outcome)
    else {
      clips.push(outcome.clip)
      for (const message of outcome.warnings) result.warnings.push({ clip: id, message })
      if (outcome.kept) result.kept++
    }
  }
  result.clips = clips.length
  result.controls = controlsOf(clips)
  await writeWhole(join(out, 'prepare.json'), canonicalJson(reportOf(dataset, protocol, options, result)))
  if (clips.length === 0) {
    const [first] = result.failures
    const why = first === undefined ? [...leftOut(result.funnel), ...notes] : [`${first.clip}: ${first.message}`]
    const found = why.length === 0 ? 'none' : `none (${why.slice(0, 3).join('; ')})`
    // An error is one sentence; the report has every row.
    const then = result.funnel === undefined ? undefined : `${join(out, 'prepare.json')} says of every row why`
    throw benchmarkError('no-clips', place, { expected: 'clips that can be prepared', found, then })
  }
  if (!isOfTheToolkit(protocol)) await writeWhole(join(out, protocolFile), canonicalJson(ownProtocolJson(protocol)))
  await writeWhole(result.manifest, clips.map((clip) => `${jsonLine(clip)}\n`).join(''))
  return result
}

function isOfTheToolkit(protocol: Protocol): boolean {
  return protocols.some((known) => protocolDigest(known) === protocolDigest(protocol))
}

/** In words, which rules left rows out. */
function leftOut(funnel: Preparation['funnel'] = []): string[] {
  const stages = funnel.filter(({ removed }) => removed > 0).map(({ stage, removed }) => `${stage} ${removed}`)
  return stages.length === 0 ? [] : [`left out: ${stages.join(', ')}`]
}

/** How many clips have which control signal, from where: `mask` and what stands in for it are told apart. */
function controlsOf(clips: readonly ManifestClip[]): Preparation['controls'] {
  const kinds = Map.groupBy(clips, ({ control }) =>
    control === undefined
      ? 'none'
      : [control.type, ...(control.source === undefined ? [] : [control.source])].join(' '),
  )
  const counts = [...kinds].map(([kind, of]) => [kind, of.length] as const)
  return Object.fromEntries(counts.sort(([a], [b]) => (a < b ? -1 : 1)))
}
