import { benchmarkError, protocolSchema, shardSchema } from '@kinemetric/benchmark'
import { readJson, writeWhole } from '@kinemetric/files'
import { failureSchema, provenanceSchema, recordMethodSchema } from '@kinemetric/records'
import { z } from 'zod'
import { journalIdentitySchema } from './journal-identity.ts'

const keySchema = z.strictObject({
  clip: z.string(),
  sample: z.string().optional(),
  against: z.string().optional(),
})

/** What stands in files of shards of scores. */
export const scoreShardSchema = 'kinemetric/shard@2'

/** What is concluded and was not measured: the same for every shard of a method. */
const contextSchema = z.strictObject({
  /** The protocol, with the metrics that joined it. */
  protocol: protocolSchema,
  method: recordMethodSchema,
  identity: journalIdentitySchema,
  references: z.strictObject({
    /** All of them, in their order. */
    clips: z.array(z.strictObject({ id: z.string(), unit: z.string().optional() })),
    failures: z.array(failureSchema),
    manifest: z.string().nullable(),
    digest: z.string(),
  }),
  provenance: provenanceSchema.pick({ code: true, weights: true, decoder: true, provider: true }),
  failures: z.array(failureSchema),
  warnings: z.array(z.string()),
  /** As they are asked for: `fvd:stylegan-v`, `lpips:alex+best-of-5`. */
  metrics: z.array(z.string()),
  unrelated: z.int().min(0),
  interval: z.enum(['hall-t', 'bca', 'percentile']).nullable(),
})

export type ShardContext = z.infer<typeof contextSchema>

const shardFileSchema = z.strictObject({
  schema: z.literal(scoreShardSchema),
  shard: shardSchema,
  /** Whether all of its tasks were measured. */
  finished: z.boolean(),
  /** What its journal holds when it is finished. */
  tasks: z.array(keySchema),
  context: contextSchema,
})

/** `<method>.<i>-of-<N>.shard.json`, beside the shard's journal. */
export type ShardFile = z.infer<typeof shardFileSchema>

/** @throws KinemetricError `disk-full`, `write-failed` */
export async function writeShardFile(path: string, { context, ...file }: ShardFile): Promise<void> {
  const { identity, added } = context.protocol
  await writeWhole(path, `${JSON.stringify({ ...file, context: { ...context, protocol: { ...identity, added } } })}\n`)
}

/** @throws KinemetricError `bad-shards` for what is no such file */
export async function readShardFile(path: string): Promise<ShardFile> {
  try {
    return await readJson(path, shardFileSchema)
  } catch (cause) {
    throw benchmarkError('bad-shards', path, { expected: 'the file of a shard', found: String(cause) }, { cause })
  }
}
