import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import {
  canonicalJson,
  isDiskFull,
  isError,
  jsonLine,
  readJson,
  removePartials,
  withLock,
  writeWhole,
} from '@kinemetric/files'
import { z } from 'zod'
import { findAdapter } from '../datasets/catalogue.ts'
import type { DatasetAdapter } from '../datasets/dataset-adapter.ts'
import { type DatasetRows, readDataset } from '../datasets/read-dataset.ts'
import { benchmarkError } from '../failures/benchmark-error.ts'
import type { ManifestClip } from '../manifest/manifest-clip.ts'
import { type Protocol, protocolDigest } from '../protocol/protocol.ts'
import { findProtocol } from '../protocol/protocols.ts'
import { funnelOf } from '../selection/funnel.ts'
import { prepareOne } from './prepare-one.ts'
import type { Preparation, PrepareOptions } from './prepare-options.ts'

/**
 * Cuts a dataset's clips as a protocol says and writes `<out>/manifest.jsonl` and the prepared files beside it; the folder can be moved anywhere.
 * The manifest comes last, in one step; a preparation that was cut off goes on from the clips that are finished. A clip that cannot be prepared is in
 * `failures` (and in `<out>/prepare.json`), not in the manifest; a row that a rule leaves out is in the funnel and no failure.
 * @throws KinemetricError `bad-option`, `bad-protocol`, `bad-dataset`, `no-clips`, `locked`, `other-inputs`, `disk-full`, `write-failed`, `aborted`
 */
export async function prepare(options: PrepareOptions): Promise<Preparation> {
  const adapter = typeof options.adapter === 'string' ? findAdapter(options.adapter) : options.adapter
  const protocol = typeof options.protocol === 'string' ? findProtocol(options.protocol) : options.protocol
  const rows = await readDataset(adapter, options.dataset, options.options)
  try {
    await mkdir(options.out, { recursive: true })
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
  if (options.overwrite !== true) await requireSameInputs(out, adapter.id, protocol)
  for (const folder of [out, join(out, 'clips')]) await removePartials(folder)
  const { items, removals, notes } = rows
  const result: Preparation = {
    manifest: join(out, 'manifest.jsonl'),
    clips: 0,
    kept: 0,
    failures: [],
    warnings: [],
    notes,
  }
  if (adapter.stages !== undefined || removals.length > 0)
    result.funnel = funnelOf(items.length + removals.length, adapter.stages ?? [], removals)
  const clips: ManifestClip[] = []
  for (const [index, item] of items.entries()) {
    if (signal?.aborted === true) throw aborted(out)
    if ('warnings' in item) for (const message of item.warnings ?? []) result.warnings.push({ clip: item.id, message })
    const outcome = await prepareOne(item, { dataset: adapter.id, protocol, out, signal })
    const failure = 'reason' in outcome ? outcome : undefined
    if ('reason' in outcome) result.failures.push(outcome)
    else {
      clips.push(outcome.clip)
      for (const message of outcome.warnings) result.warnings.push({ clip: item.id, message })
      if (outcome.kept) result.kept++
    }
    options.onProgress?.({ done: index + 1, total: items.length, clip: item.id, failure })
  }
  result.clips = clips.length
  await writeWhole(join(out, 'prepare.json'), canonicalJson(report(adapter.id, protocol, result)))
  if (clips.length === 0) {
    const [first] = result.failures
    const found = first === undefined ? 'none' : `none (${first.clip}: ${first.message})`
    throw benchmarkError('no-clips', options.dataset, { expected: 'clips that can be prepared', found })
  }
  await writeWhole(result.manifest, clips.map((clip) => `${jsonLine(clip)}\n`).join(''))
  return result
}

const reportSchema = z.object({ dataset: z.string(), protocol: z.object({ id: z.string(), digest: z.string() }) })

async function requireSameInputs(out: string, dataset: string, protocol: Protocol): Promise<void> {
  const earlier = await readJson(join(out, 'prepare.json'), reportSchema).catch((error: unknown) => {
    if (isError(error, 'input', 'not-found')) return undefined
    throw error
  })
  if (earlier === undefined) return
  const digest = protocolDigest(protocol)
  if (earlier.dataset === dataset && earlier.protocol.digest === digest) return
  throw benchmarkError('other-inputs', out, {
    expected: `an empty folder or one prepared from ${dataset} under ${protocol.identity.id} (digest ${digest.slice(0, 12)})`,
    found: `${earlier.dataset} under ${earlier.protocol.id} (digest ${earlier.protocol.digest.slice(0, 12)})`,
  })
}

function report(dataset: string, protocol: Protocol, result: Preparation) {
  const { id, version } = protocol.identity
  return {
    schema: 'kinemetric/prepare@1',
    dataset,
    protocol: { id, version, digest: protocolDigest(protocol) },
    clips: result.clips,
    failures: result.failures,
    warnings: result.warnings,
    ...(result.notes.length === 0 ? {} : { notes: result.notes }),
    ...(result.funnel === undefined ? {} : { funnel: result.funnel }),
  }
}

function writingError(error: unknown, out: string, signal: AbortSignal | undefined): unknown {
  if (isError(error, 'stopped')) return error
  if (signal?.aborted === true) return aborted(out, error)
  if (isDiskFull(error)) {
    const said = 'no space left; finished clips are kept, run again when there is space'
    return benchmarkError('disk-full', out, said, { cause: error })
  }
  if (isError(error, 'disk')) return benchmarkError('write-failed', out, error.message, { cause: error })
  return error
}

function aborted(out: string, cause?: unknown) {
  return benchmarkError('aborted', out, 'stopped; finished clips are kept', cause === undefined ? {} : { cause })
}
