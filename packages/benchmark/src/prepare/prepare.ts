import { mkdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import {
  canonicalJson,
  isDiskFull,
  isError,
  jsonLine,
  readJson,
  removePartials,
  takeLock,
  writeWhole,
  writeWholeFolder,
} from '@kinemetric/files'
import { VideoError } from '@kinemetric/video'
import { z } from 'zod'
import { findAdapter } from '../datasets/catalogue.ts'
import type { DatasetClip } from '../datasets/dataset-adapter.ts'
import { benchmarkError } from '../failures/benchmark-error.ts'
import type { ClipFailure } from '@kinemetric/records'
import { clipTrouble } from '../failures/clip-trouble.ts'
import { type ManifestClip, clipIdSchema, manifestClipSchema } from '../manifest/manifest-clip.ts'
import { prepareClip, preparedKey } from './prepare-clip.ts'
import type { Preparation, PrepareOptions } from './prepare-options.ts'
import { type Protocol, protocolDigest } from '../protocol/protocol.ts'
import { findProtocol } from '../protocol/protocols.ts'

/**
 * Cuts a dataset's clips as a protocol says and writes `<out>/manifest.jsonl` and the prepared files beside it; the folder can be moved anywhere.
 * The manifest comes last, in one step; a preparation that was cut off goes on from the clips that are finished. A clip that cannot be prepared is in
 * `failures` (and in `<out>/prepare.json`), not in the manifest.
 * @throws KinemetricError `bad-option`, `bad-protocol`, `bad-dataset`, `no-clips`, `locked`, `other-inputs`, `disk-full`, `write-failed`, `aborted`
 */
export async function prepare(options: PrepareOptions): Promise<Preparation> {
  const adapter = typeof options.adapter === 'string' ? findAdapter(options.adapter) : options.adapter
  const protocol = typeof options.protocol === 'string' ? findProtocol(options.protocol) : options.protocol
  const found = await adapter.clips(options.dataset, { offsets: options.offsets })
  let unlock: (() => Promise<void>) | undefined
  try {
    await mkdir(options.out, { recursive: true })
    unlock = await takeLock(join(options.out, '.prepare.lock'))
    if (options.overwrite !== true) await requireSameInputs(options.out, adapter.id, protocol)
    await removePartials(join(options.out, 'clips'))
    const result: Preparation = {
      manifest: join(options.out, 'manifest.jsonl'),
      clips: 0,
      kept: 0,
      failures: [],
      warnings: [],
    }
    const lines: string[] = []
    for (const [index, item] of found.entries()) {
      if (options.signal?.aborted === true)
        throw benchmarkError('aborted', options.out, 'stopped; finished clips are kept')
      const outcome = await prepareOne(item, adapter.id, protocol, options, result)
      if ('reason' in outcome) result.failures.push(outcome)
      else lines.push(jsonLine(outcome))
      options.onProgress?.({
        done: index + 1,
        total: found.length,
        clip: item.id,
        failure: 'reason' in outcome ? outcome : undefined,
      })
    }
    result.clips = lines.length
    await writeWhole(join(options.out, 'prepare.json'), canonicalJson(report(adapter.id, protocol, result)))
    if (lines.length === 0) {
      const first = result.failures[0]
      throw benchmarkError('no-clips', options.dataset, {
        expected: 'clips that can be prepared',
        found: `none (${first.clip}: ${first.message})`,
      })
    }
    await writeWhole(result.manifest, `${lines.join('\n')}\n`)
    return result
  } catch (error) {
    throw writingError(error, options.out, options.signal)
  } finally {
    await unlock?.()
  }
}

async function prepareOne(
  item: DatasetClip | { id: string; problem: string },
  dataset: string,
  protocol: Protocol,
  options: PrepareOptions,
  result: Preparation,
): Promise<ManifestClip | ClipFailure> {
  if ('problem' in item) return { clip: item.id, reason: 'dataset', message: item.problem }
  if (!clipIdSchema.safeParse(item.id).success)
    return {
      clip: item.id,
      reason: 'dataset',
      message: `expected a clip name that can be a file name, found ${JSON.stringify(item.id)}`,
    }
  for (const message of item.warnings ?? []) result.warnings.push({ clip: item.id, message })
  const relative = `clips/${item.id}`
  const folder = join(options.out, 'clips', item.id)
  try {
    const { key, sourceSha256 } = await preparedKey(item, protocolDigest(protocol))
    const kept = await readPrepared(folder, key)
    if (kept !== undefined) {
      result.kept++
      return kept
    }
    return await writeWholeFolder(folder, async (partial) => {
      const target = { dataset, protocol, folder: partial, relative, sourceSha256, signal: options.signal }
      // Through the schema, so that a kept and a new clip have their fields in one order.
      const entry = manifestClipSchema.parse(await prepareClip(item, target))
      await writeFile(join(partial, 'clip.json'), canonicalJson({ key, clip: entry }), { flush: true })
      return entry
    })
  } catch (error) {
    const failure = clipTrouble(item.id, error, 'reference-unreadable') ?? unreadableSource(item, error)
    if (failure === undefined || options.signal?.aborted === true) throw error
    return failure
  }
}

/** A source file that the system does not let us read is that clip's failure; trouble in our own folder is everybody's. */
function unreadableSource(item: DatasetClip, error: unknown): ClipFailure | undefined {
  const sources = [
    item.video,
    item.control,
    ...(item.objectMasks ?? []).map((mask) => mask.video),
    ...Object.values(item.assets ?? {}),
  ]
  const place = isError(error) ? error.where : error instanceof Error && 'path' in error ? error.path : undefined
  const isSource = sources.some((source) => source !== undefined && source === place)
  if (!isSource || !(error instanceof Error)) return undefined
  const message = isError(error) ? `${basename(error.where)}: ${error.sentence}` : error.message
  return { clip: item.id, reason: 'reference-unreadable', message }
}

const preparedSchema = z.object({ key: z.string(), clip: manifestClipSchema })

/** A clip that an earlier preparation finished from the same inputs. */
async function readPrepared(folder: string, key: string): Promise<ManifestClip | undefined> {
  const prepared = await readJson(join(folder, 'clip.json'), preparedSchema).catch(() => undefined)
  return prepared?.key === key ? prepared.clip : undefined
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
  }
}

function writingError(error: unknown, out: string, signal: AbortSignal | undefined): unknown {
  if (isError(error, 'stopped')) return error
  if (signal?.aborted === true)
    return benchmarkError('aborted', out, 'stopped; finished clips are kept', { cause: error })
  if (isDiskFull(error)) {
    const said = 'no space left; finished clips are kept, run again when there is space'
    return benchmarkError('disk-full', out, said, { cause: error })
  }
  if (isError(error, 'disk') || (error instanceof VideoError && error.code === 'write-failed'))
    return benchmarkError('write-failed', out, error.message, { cause: error })
  return error
}
