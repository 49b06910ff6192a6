import { basename } from 'node:path'
import { benchmarkError, clipIdSchema, isOfShard, noShardFile, shardSchema, shardText } from '@kinemetric/benchmark'
import { readJson, writeWhole } from '@kinemetric/files'
import { sha256Schema } from '@kinemetric/records'
import { z } from 'zod'
import { runFieldsSchema } from './run-fields.ts'

/** What stands in files of shards of runs. */
export const runShardSchema = 'kinemetric/run-shard@1'

/** What files of a shard of a run are called by: `run.<i>-of-<N>.shard.json`. */
export const runName = 'run'

const sampleSchema = z.strictObject({
  clip: clipIdSchema,
  /** The clip of which it is a pair, which decides whose shard it is. */
  of: clipIdSchema.optional(),
  sample: z.int().min(0).max(999_999_999),
  /** Absent until the shard is finished. */
  status: z.enum(['ok', 'failed']).optional(),
  /** Of its files (`digestOf`); null of one of which there is no folder. Until the shard is finished of those alone that were vouched for before. */
  sha256: sha256Schema.nullable().optional(),
})

const fileSchema = z.strictObject({
  schema: z.literal(runShardSchema),
  shard: shardSchema,
  /** Whether all of its samples were made, or have failed. */
  finished: z.boolean(),
  /** All that it is to have. */
  samples: z.array(sampleSchema),
  /** What run.json would say of it. */
  run: runFieldsSchema,
})

/** `run.<i>-of-<N>.shard.json`, beside the clips. */
export type RunShardFile = z.infer<typeof fileSchema>
export type ShardSample = z.infer<typeof sampleSchema>

/** @throws KinemetricError `disk-full`, `write-failed` */
export async function writeRunShard(path: string, { shard, finished, samples, run }: RunShardFile): Promise<void> {
  // The schema comes first: it says what kind of shard this is to whoever reads no more.
  await writeWhole(path, `${JSON.stringify({ schema: runShardSchema, shard, finished, samples, run })}\n`)
}

/** @throws KinemetricError `bad-shards` for what is no such file, for clips that are not of the shard, and for a finished one that does not say what became of each */
export async function readRunShard(path: string): Promise<RunShardFile> {
  const file = await readJson(path, fileSchema).catch((cause: unknown) => {
    throw noShardFile(path, cause, 'copy it again, or remove it and run its shard again, which keeps its samples')
  })
  const { shard, samples, finished } = file
  const refuse = (expected: string, found: string) => benchmarkError('bad-shards', path, { expected, found })
  const stranger = samples.find(({ clip, of = clip }) => !isOfShard(of, shard))
  if (stranger !== undefined) throw refuse(`clips of shard ${shardText(shard)}`, stranger.clip)
  if (new Set(samples.map(({ clip, sample }) => JSON.stringify([clip, sample]))).size < samples.length)
    throw refuse('each sample of a clip once', 'one twice')
  const untold = samples.find(({ status, sha256 }) => status === undefined || sha256 === undefined)
  if (finished && untold !== undefined) throw refuse('what became of each sample', `nothing of ${untold.clip}`)
  const named = new RegExp(`^${runName}\\.${shard.index}-of-${shard.count}\\.`).test(basename(path))
  if (!named) throw refuse(`the name of shard ${shardText(shard)}`, basename(path))
  return file
}
