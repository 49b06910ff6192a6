import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { canonicalJson, isError, liesInside, portableMessage, readJson, writeWholeFolder } from '@kinemetric/files'
import type { ClipFailure } from '@kinemetric/records'
import type { VideoWarning } from '@kinemetric/video'
import { z } from 'zod'
import type { DatasetClip, DatasetProblem } from '../datasets/dataset-adapter.ts'
import { clipTrouble } from '../failures/clip-trouble.ts'
import { clipIdSchema, type ManifestClip, manifestClipSchema } from '../manifest/manifest-clip.ts'
import { clipsDigest, type Protocol } from '../protocol/protocol.ts'
import { changedFile } from './cut/clip-files.ts'
import { prepareClip } from './prepare-clip.ts'
import { preparedKey } from './prepared-key.ts'

export interface PreparedClip {
  clip: ManifestClip
  /** It was there from an earlier preparation of the same inputs. */
  kept: boolean
  /** What decoding its files met, a sentence each. */
  warnings: string[]
  /** It was there, and this file of it was gone or another: it was made again. */
  lost?: string | undefined
}

/** What became of a dataset's item. */
export type ItemOutcome = PreparedClip | ClipFailure

export interface PrepareOneOptions {
  dataset: string
  /** The dataset's options that decide its clips. */
  options?: unknown
  protocol: Protocol
  out: string
  signal?: AbortSignal | undefined
}

/**
 * Prepares one clip into `<out>/clips/<id>`, whole or not at all; one that is there and fits is kept, where all of its files are what
 * its note says.
 * @returns the clip, or why it cannot be prepared
 * @throws what is no fault of the clip: disk full, abort, a bug
 */
export async function prepareOne(
  item: DatasetClip | DatasetProblem,
  { dataset, options = null, protocol, out, signal }: PrepareOneOptions,
): Promise<ItemOutcome> {
  if ('problem' in item) return { clip: item.id, reason: 'dataset', message: item.problem }
  if (!clipIdSchema.safeParse(item.id).success) {
    const message = `expected a clip name that can be a file name, found ${JSON.stringify(item.id)}`
    return { clip: item.id, reason: 'dataset', message }
  }
  const relative = `clips/${item.id}`
  const folder = join(out, 'clips', item.id)
  try {
    const { key, sourceSha256 } = await preparedKey(item, [clipsDigest(protocol), options])
    const kept = await readPrepared(folder, key)
    const lost = kept === undefined ? undefined : await changedFile(out, kept.clip)
    if (kept !== undefined && lost === undefined) return { ...kept, kept: true }
    const warnings: string[] = []
    const made = await writeWholeFolder(folder, async (partial) => {
      const onWarning = ({ message }: VideoWarning) => void warnings.push(message)
      const target = {
        dataset,
        protocol: protocol.identity,
        folder: partial,
        relative,
        sourceSha256,
        signal,
        onWarning,
      }
      // Through the schema, so that a kept and a new clip have their fields in one order.
      const clip = manifestClipSchema.parse(await prepareClip(item, target))
      await writeFile(
        join(partial, 'clip.json'),
        canonicalJson({ key, clip, ...(warnings.length === 0 ? {} : { warnings }) }),
        { flush: true },
      )
      return clip
    })
    return { clip: made, kept: false, warnings, ...(lost === undefined ? {} : { lost }) }
  } catch (error) {
    const failure = clipTrouble(item.id, error, 'reference-unreadable') ?? unreadableSource(item, error)
    if (failure === undefined || signal?.aborted === true) throw error
    return failure
  }
}

/** A source file that the system does not let us read is that clip's failure; trouble in our own folder is everybody's. */
function unreadableSource(item: DatasetClip, error: unknown): ClipFailure | undefined {
  if (!(error instanceof Error)) return undefined
  const place = isError(error) ? error.where : 'path' in error ? error.path : undefined
  const sources = [
    item.video,
    item.image,
    item.control,
    ...(item.objects ?? []).map(({ mask }) => mask),
    ...(item.pairs ?? []).flatMap(({ control, video }) => [control, video]),
    ...(item.takes ?? []),
    ...(item.movingPixels ?? []).flatMap(({ masks }) => masks),
  ]
  const files = [...sources.flatMap((source) => source?.files ?? []), ...Object.values(item.assets ?? {})]
  // A source may be a folder of frames: what is wrong with one of them is wrong with the clip.
  if (typeof place !== 'string' || !files.some((file) => liesInside(resolve(file), resolve(place)))) return undefined
  const message = isError(error) ? portableMessage(error) : error.message
  return { clip: item.id, reason: 'reference-unreadable', message }
}

/** `clip.json` in a clip's folder. */
export const preparedSchema = z.object({
  key: z.string(),
  clip: manifestClipSchema,
  warnings: z.array(z.string()).default([]),
})

/** A clip that an earlier preparation finished from the same inputs, by its note: its files may have become others since. */
async function readPrepared(folder: string, key: string): Promise<Omit<PreparedClip, 'kept'> | undefined> {
  const prepared = await readJson(join(folder, 'clip.json'), preparedSchema).catch(() => undefined)
  return prepared?.key === key ? { clip: prepared.clip, warnings: prepared.warnings } : undefined
}
