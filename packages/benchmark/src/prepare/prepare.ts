import { mkdir } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import {
  canonicalJson,
  isDiskFull,
  isError,
  jsonLine,
  removePartials,
  withLock,
  writeError,
  writeWhole,
} from '@kinemetric/files'
import { findAdapter } from '../datasets/catalogue.ts'
import { type DatasetRows, readDataset } from '../datasets/read-dataset.ts'
import { benchmarkError } from '../failures/benchmark-error.ts'
import { requireJobs } from '../failures/require-jobs.ts'
import type { ManifestClip } from '../manifest/manifest-clip.ts'
import { protocolFile } from '../manifest/manifest-protocol.ts'
import { ownProtocolJson } from '../protocol/own-protocol.ts'
import { type Protocol, protocolDigest } from '../protocol/protocol.ts'
import { findProtocol, protocols } from '../protocol/protocols.ts'
import { prepareItems } from './prepare-items.ts'
import type { Preparation, PrepareOptions } from './prepare-options.ts'
import { contextOf, funnelAndRemoved, type Inputs, inputsOf, reportOf, requireSameInputs } from './report.ts'

/**
 * Cuts a dataset's clips as a protocol says and writes `<out>/manifest.jsonl` and the prepared files beside it; the folder can be moved anywhere.
 * The manifest comes last, in one step; a preparation that was cut off goes on from the clips that are finished. A clip that cannot be prepared is in
 * `failures` (and in `<out>/prepare.json`), not in the manifest; a row that a rule leaves out is in the funnel and no failure.
 * @throws KinemetricError `bad-option`, `bad-protocol`, `bad-dataset`, `no-clips`, `locked`, `other-inputs`, `disk-full`, `write-failed`, `aborted`
 */
export async function prepare(options: PrepareOptions): Promise<Preparation> {
  const adapter = typeof options.adapter === 'string' ? findAdapter(options.adapter) : options.adapter
  const protocol = typeof options.protocol === 'string' ? findProtocol(options.protocol) : options.protocol
  const inputs = inputsOf(adapter, protocol, options.options)
  const requireSame = async () => {
    if (options.overwrite !== true) await requireSameInputs(options.out, inputs)
  }
  // Before the dataset is read: that may take long, and draws masks.
  await requireSame()
  const drawMasks =
    options.drawMasks === undefined
      ? undefined
      : async () => {
          const drawer = await options.drawMasks!()
          inputs.drawing = drawer.options
          await requireSame()
          return drawer
        }
  const context = contextOf(protocol, { ...options, drawMasks })
  const rows = await readDataset(adapter, options.dataset, options.options, context)
  try {
    await mkdir(options.out, { recursive: true }).catch((cause: unknown) => {
      throw writeError(options.out, cause)
    })
    const lock = join(options.out, '.prepare.lock')
    const locking = { take: options.takeLock }
    const prepared = async () => {
      await requireSame()
      return prepareRows(rows, inputs, options)
    }
    return await withLock(lock, prepared, locking)
  } catch (error) {
    throw writingError(error, options.out, options.signal)
  }
}

async function prepareRows(
  rows: DatasetRows,
  { dataset, protocol, drawing }: Inputs,
  options: PrepareOptions,
): Promise<Preparation> {
  const { out, signal } = options
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
    dataset,
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
  const report = reportOf(dataset, protocol, { ...rows.options, ...drawing }, result)
  await writeWhole(join(out, 'prepare.json'), canonicalJson(report))
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
