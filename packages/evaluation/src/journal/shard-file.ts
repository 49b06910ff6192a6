import { noShardFile, protocolSchema, shardSchema } from '@kinemetric/benchmark'
import { checkJson, parseJson, readTextFile, writeWhole } from '@kinemetric/files'
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

const headSchema = shardFileSchema.omit({ context: true })

/** `<method>.<i>-of-<N>.shard.json`, beside the shard's journal. */
export type ShardFile = z.infer<typeof shardFileSchema>

/** @throws KinemetricError `disk-full`, `write-failed` */
export async function writeShardFile(path: string, { context, ...file }: ShardFile): Promise<void> {
  const { identity, added } = context.protocol
  await writeWhole(path, `${JSON.stringify({ ...file, context: { ...context, protocol: { ...identity, added } } })}\n`)
}

/** Contexts that were read, with their text. */
export type KnownContexts = { readonly text: string; readonly context: ShardContext }[]

/**
 * @param known contexts of other shards, to which this one's is added: it stands last in the file, and all shards of a method have the same, with the names of all clips
 * in it. One that is there already is neither parsed nor held again
 * @throws KinemetricError `bad-shards` for what is no such file
 */
export async function readShardFile(path: string, known: KnownContexts = []): Promise<ShardFile> {
  try {
    const text = await readTextFile(path)
    // A quote inside a string has a backslash before it: this is a key.
    const at = text.indexOf(',"context":')
    const tail = at < 0 ? '' : text.slice(at)
    const same = known.find((each) => each.text === tail)
    if (same !== undefined) {
      const head = checkJson(path, parseJson(`${text.slice(0, at)}}`), headSchema)
      return { ...head, context: same.context }
    }
    const file = checkJson(path, parseJson(text), shardFileSchema)
    if (at >= 0) known.push({ text: tail, context: file.context })
    return file
  } catch (cause) {
    throw noShardFile(path, cause)
  }
}
