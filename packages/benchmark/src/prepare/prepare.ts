import { mkdir } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import {
  canonicalJson,
  isDiskFull,
  isError,
  jsonLine,
  readJson,
  removePartials,
  withLock,
  writeError,
  writeWhole,
} from '@kinemetric/files'
import { z } from 'zod'
import { findAdapter } from '../datasets/catalogue.ts'
import type { DatasetAdapter } from '../datasets/dataset-adapter.ts'
import { type DatasetRows, readDataset } from '../datasets/read-dataset.ts'
import { benchmarkError } from '../failures/benchmark-error.ts'
import type { ManifestClip } from '../manifest/manifest-clip.ts'
import { protocolFile } from '../manifest/manifest-protocol.ts'
import { ownProtocolJson } from '../protocol/own-protocol.ts'
import { clipsDigest, type Protocol, protocolDigest } from '../protocol/protocol.ts'
import { findProtocol, protocols } from '../protocol/protocols.ts'
import { prepareItems } from './prepare-items.ts'
import type { Preparation, PrepareOptions } from './prepare-options.ts'
import { contextOf, funnelAndRemoved, reportOf } from './report.ts'

/**
 * Cuts a dataset's clips as a protocol says and writes `<out>/manifest.jsonl` and the prepared files beside it; the folder can be moved anywhere.
 * The manifest comes last, in one step; a preparation that was cut off goes on from the clips that are finished. A clip that cannot be prepared is in
 * `failures` (and in `<out>/prepare.json`), not in the manifest; a row that a rule leaves out is in the funnel and no failure.
 * @throws KinemetricError `bad-option`, `bad-protocol`, `bad-dataset`, `no-clips`, `locked`, `other-inputs`, `disk-full`, `write-failed`, `aborted`
 */
export async function prepare(options: PrepareOptions): Promise<Preparation> {
  const adapter = typeof options.adapter === 'string' ? findAdapter(options.adapter) : options.adapter
  const protocol = typeof options.protocol === 'string' ? findProtocol(options.protocol) : options.protocol
  const rows = await readDataset(adapter, options.dataset, options.options, contextOf(protocol, options))
  try {
    await mkdir(options.out, { recursive: true }).catch((cause: unknown) => {
      throw writeError(options.out, cause)
    })
    const lock = join(options.out, '.prepare.lock')
    const locking = { take: options.takeLock }
    return await withLock(lock, () => prepareRows(rows, adapter, protocol, options), locking)
  } catch (error) {
    throw writingError(error, options.out, options.signal)
  }
}

async function prepareRows(
  rows: DatasetRows,
  adapter: DatasetAdapter,
  protocol: Protocol,
  options: PrepareOptions,
): Promise<Preparation> {
  const { out, signal } = options
  if (options.overwrite !== true) await requireSameInputs(out, adapter.id, protocol, rows.options)
  for (const folder of [out, join(out, 'clips')]) await removePartials(folder)
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
  let done = 0
  const outcomes = await prepareItems(items, {
    dataset: adapter.id,
    options: rows.options,
    protocol,
    out,
    signal,
    jobs: options.jobs === undefined ? usualJobs(items.length) : requireJobs(options.jobs),
    onOutcome: ({ id }, outcome) => {
      const failure = 'reason' in outcome ? outcome : undefined
      options.onProgress?.({ done: ++done, total: items.length, clip: id, failure })
    },
  })
  for (const [index, item] of items.entries()) {
    if ('warnings' in item) for (const message of item.warnings ?? []) result.warnings.push({ clip: item.id, message })
    const outcome = outcomes[index]
    if ('reason' in outcome) result.failures.push(outcome)
    else {
      clips.push(outcome.clip)
      for (const message of outcome.warnings) result.warnings.push({ clip: item.id, message })
      if (outcome.kept) result.kept++
    }
  }
  result.clips = clips.length
  result.controls = controlsOf(clips)
  await writeWhole(join(out, 'prepare.json'), canonicalJson(reportOf(adapter.id, protocol, rows.options, result)))
  if (clips.length === 0) {
    const [first] = result.failures
    const why = first === undefined ? [...leftOut(result.funnel), ...notes] : [`${first.clip}: ${first.message}`]
    const found = why.length === 0 ? 'none' : `none (${why.slice(0, 3).join('; ')})`
    // An error is one sentence; the report has every row.
    const then = result.funnel === undefined ? undefined : `${join(out, 'prepare.json')} says of every row why`
    throw benchmarkError('no-clips', options.dataset, { expected: 'clips that can be prepared', found, then })
  }
  if (!isOfTheToolkit(protocol)) await writeWhole(join(out, protocolFile), canonicalJson(ownProtocolJson(protocol)))
  await writeWhole(result.manifest, clips.map((clip) => `${jsonLine(clip)}\n`).join(''))
  return result
}

/** A process starts in half a second of processor time, which so many clips are worth; and each holds some 200 MiB, which a large machine has many times. */
const clipsAProcess = 8
const mostUnasked = 16

/** All cores, as probing takes them, where there is enough to do. */
function usualJobs(clips: number): number {
  return Math.max(1, Math.min(availableParallelism(), mostUnasked, Math.floor(clips / clipsAProcess)))
}

/** @throws KinemetricError `bad-option` */
function requireJobs(jobs: number): number {
  if (Number.isSafeInteger(jobs) && jobs >= 1) return jobs
  throw benchmarkError('bad-option', 'jobs', { expected: 'a whole number from 1', found: String(jobs) })
}

function isOfTheToolkit(protocol: Protocol): boolean {
  return protocols.some((known) => protocolDigest(known) === protocolDigest(protocol))
}

const reportSchema = z.object({
  dataset: z.string(),
  protocol: z.object({ id: z.string(), digest: z.string(), clips: z.string().optional() }),
  options: z.record(z.string(), z.json()).default({}),
})

/** The same clips may be wanted for other metrics: what a protocol decides of clips has to be the same. */
async function requireSameInputs(
  out: string,
  dataset: string,
  protocol: Protocol,
  options: Readonly<Record<string, unknown>>,
): Promise<void> {
  const earlier = await readJson(join(out, 'prepare.json'), reportSchema).catch((error: unknown) => {
    if (isError(error, 'input', 'not-found')) return undefined
    throw error
  })
  if (earlier === undefined) return
  const digest = protocolDigest(protocol)
  const { clips } = earlier.protocol
  const sameProtocol = clips === undefined ? earlier.protocol.digest === digest : clips === clipsDigest(protocol)
  const differing = differingOptions(earlier.options, options)
  if (earlier.dataset === dataset && sameProtocol && differing.length === 0) return
  const withOptions = (given: Readonly<Record<string, unknown>>) =>
    differing.map((name) => `, ${name} ${name in given ? JSON.stringify(given[name]) : 'not given'}`).join('')
  throw benchmarkError('other-inputs', out, {
    expected: `an empty folder or one prepared from ${dataset} under ${protocol.identity.id} (digest ${digest.slice(0, 12)})${withOptions(options)}`,
    found: `${earlier.dataset} under ${earlier.protocol.id} (digest ${earlier.protocol.digest.slice(0, 12)})${withOptions(earlier.options)}`,
    then: 'another --out, or --overwrite, which makes it anew',
  })
}

/** Names of options that have another value, by what JSON makes of it. */
function differingOptions(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): string[] {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort()
  return names.filter((name) => JSON.stringify(a[name]) !== JSON.stringify(b[name]))
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

function writingError(error: unknown, out: string, signal: AbortSignal | undefined): unknown {
  if (isError(error, 'stopped')) return error
  if (signal?.aborted === true) return aborted(out, error)
  if (isDiskFull(error)) {
    const said = 'no space left; finished clips are kept, run again when there is space'
    return benchmarkError('disk-full', out, said, { cause: error })
  }
  if (isError(error, 'disk'))
    return benchmarkError('write-failed', out, error.where === out ? error.sentence : error.message, { cause: error })
  return error
}

function aborted(out: string, cause?: unknown) {
  return benchmarkError('aborted', out, 'stopped; finished clips are kept', cause === undefined ? {} : { cause })
}
