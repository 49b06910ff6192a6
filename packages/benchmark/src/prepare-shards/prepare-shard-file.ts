import { hashBytes, isError, parseJson, readJson, readTextFile, writeWhole } from '@kinemetric/files'
import { type ClipFailure, failureSchema } from '@kinemetric/records/failure'
import { sha256Schema } from '@kinemetric/records/names'
import { provenanceSchema } from '@kinemetric/records/record'
import { z } from 'zod'
import type { DatasetRows } from '../datasets/read-dataset.ts'
import { isFailureReason } from '../failures/clip-error.ts'
import { manifestClipSchema } from '../manifest/manifest-clip.ts'
import type { ItemOutcome } from '../prepare/prepare-one.ts'
import { protocolSchema } from '../protocol/protocol.ts'
import { noShardFile } from '../shards/shard-files.ts'
import { shardSchema } from '../shards/shard.ts'

/** What stands in files of shards of `prepare`. */
export const prepareShardSchema = 'kinemetric/prepare-shard@1'

const fieldsSchema = z.record(z.string(), z.json())

/** What is the same for all shards. */
const contextSchema = z.strictObject({
  dataset: z.string(),
  /** With the metrics that joined it. */
  protocol: protocolSchema,
  /** Those that decide the clips, with what is chosen of masks that are drawn. */
  options: fieldsSchema,
  stages: z.array(z.string()).nullable(),
  notes: z.array(z.string()),
  /** All rows of the dataset, whosever they are: how many, and the sha256 of their ids. */
  all: z.strictObject({ count: z.int().min(0), sha256: sha256Schema }),
  code: provenanceSchema.shape.code,
})

export type PrepareContext = z.infer<typeof contextSchema>

/** Where a row stands among all. */
const place = z.int().min(0)

/** The shard's own rows; what became of the items is in its journal. */
const rowsSchema = z.strictObject({
  items: z.array(z.strictObject({ place, id: z.string(), warnings: z.array(z.string()).optional() })),
  removals: z.array(z.strictObject({ place, id: z.string(), removedAt: z.string() })),
  warnings: z.array(z.strictObject({ place, clip: z.string(), reason: z.string(), message: z.string() })),
  facts: fieldsSchema,
})

const fileSchema = z.strictObject({
  schema: z.literal(prepareShardSchema),
  shard: shardSchema,
  /** sha256 of the journal of a shard that is finished. */
  journal: sha256Schema.nullable(),
  context: contextSchema,
  rows: rowsSchema,
})

/** `prepare.<i>-of-<N>.shard.json`, beside the shard's journal and the folder `clips` that its clips lie in. */
export type PrepareShardFile = z.infer<typeof fileSchema>

/** Fields as JSON has them: without those that are undefined. */
export function jsonFields(fields: Readonly<Record<string, unknown>>): z.infer<typeof fieldsSchema> {
  return fieldsSchema.parse(parseJson(JSON.stringify(fields)))
}

/** The rows of a shard as its file has them. */
export function rowsForFile({ items, removals, warnings, facts, places }: DatasetRows): PrepareShardFile['rows'] {
  return {
    items: items.map((item, index) => ({
      place: places.items[index],
      id: item.id,
      ...('warnings' in item && item.warnings !== undefined ? { warnings: item.warnings } : {}),
    })),
    removals: removals.map(({ id, removedAt }, index) => ({ place: places.removals[index], id, removedAt })),
    warnings: warnings.map((warning, index) => ({ place: places.warnings[index], ...warning })),
    facts: jsonFields(facts),
  }
}

/** @throws KinemetricError `disk-full`, `write-failed` */
export async function writePrepareShardFile(path: string, { context, ...file }: PrepareShardFile): Promise<void> {
  const { identity, added } = context.protocol
  const { schema, shard, journal, rows } = file
  const said = { schema, shard, journal, context: { ...context, protocol: { ...identity, added } }, rows }
  await writeWhole(path, `${JSON.stringify(said)}\n`)
}

/** @throws KinemetricError `bad-shards` for what is no such file */
export async function readPrepareShardFile(path: string): Promise<PrepareShardFile> {
  try {
    return await readJson(path, fileSchema)
  } catch (cause) {
    throw noShardFile(path, cause)
  }
}

const lineSchema = z.union([
  z.strictObject({ place, clip: manifestClipSchema, warnings: z.array(z.string()) }),
  z.strictObject({ place, failure: failureSchema }),
])

/** A line of a shard's journal, with its newline. */
export function journalLine(at: number, outcome: ItemOutcome): string {
  const said = 'reason' in outcome ? { failure: outcome } : { clip: outcome.clip, warnings: outcome.warnings }
  return `${JSON.stringify({ place: at, ...said })}\n`
}

/** A shard's journal, as far as it can be read. */
export interface PrepareJournal {
  /** By the places of their items. */
  outcomes: ReadonlyMap<number, ItemOutcome>
  /** Of all its bytes. */
  sha256: string
}

/** A string cannot hold more. */
const longest = 2 ** 29 - 32

/** @returns an empty one where there is none. @throws KinemetricError as reading files does */
export async function readPrepareJournal(path: string): Promise<PrepareJournal> {
  const text = await readTextFile(path, { maxBytes: longest }).catch((error: unknown) => {
    if (isError(error, 'input', 'not-found')) return ''
    throw error
  })
  const outcomes = new Map<number, ItemOutcome>()
  for (const line of text.split('\n').slice(0, -1)) {
    const read = parseLine(line)
    // What follows a damaged line was written by nobody we know.
    if (read === undefined) break
    outcomes.set(read.place, read.outcome)
  }
  return { outcomes, sha256: hashBytes(text) }
}

function parseLine(line: string): { place: number; outcome: ItemOutcome } | undefined {
  let value: unknown
  try {
    value = parseJson(line)
  } catch {
    return undefined
  }
  const read = lineSchema.safeParse(value).data
  if (read === undefined) return undefined
  if ('clip' in read) return { place: read.place, outcome: { clip: read.clip, warnings: read.warnings, kept: false } }
  return isClipFailure(read.failure) ? { place: read.place, outcome: read.failure } : undefined
}

function isClipFailure(failure: z.infer<typeof failureSchema>): failure is ClipFailure {
  return isFailureReason(failure.reason)
}
