import { noShardFile, protocolSchema, shardSchema } from '@kinemetric/benchmark'
import { checkJson, parseJson, readTextFile, writeWhole } from '@kinemetric/files'
import { failureSchema, provenanceSchema, recordMethodSchema } from '@kinemetric/records'
import { z } from 'zod'
import { ClipNames } from '../references/clip-names.ts'
import { journalIdentitySchema } from './journal-identity.ts'
import { KeyList } from './key-list.ts'
import type { OutcomeKey } from './measurement.ts'

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

/** As it is held: of a hundred thousand clips. */
export type ShardContext = Omit<z.infer<typeof contextSchema>, 'references'> & {
  references: Omit<z.infer<typeof contextSchema>['references'], 'clips'> & { clips: ClipNames }
}

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
export interface ShardFile extends Omit<z.infer<typeof headSchema>, 'tasks'> {
  tasks: KeyList
  /** Whether a task stands twice in the file, which no shard of ours has. */
  hasTwice?: boolean | undefined
  context: ShardContext
}

/** @throws KinemetricError `disk-full`, `write-failed` */
export async function writeShardFile(
  path: string,
  { context, schema, shard, finished, tasks }: ShardFile,
): Promise<void> {
  const { identity, added } = context.protocol
  const references = { clips: [], ...withoutClips(context.references) }
  const rest = JSON.stringify({ ...context, protocol: { ...identity, added }, references })
  // A quote inside a string has a backslash before it: this is the key.
  const at = rest.indexOf(noClips) + noClips.length
  await writeWhole(
    path,
    inParts([
      `${JSON.stringify({ schema, shard, finished }).slice(0, -1)},"tasks":[`,
      tasks,
      `],"context":${rest.slice(0, at)}`,
      context.references.clips,
      `${rest.slice(at)}}\n`,
    ]),
  )
}

const noClips = '"references":{"clips":['

function withoutClips({ failures, manifest, digest }: ShardContext['references']) {
  return { failures, manifest, digest }
}

/** Text, and between it lists as JSON has them, a few at a time. */
function* inParts(parts: readonly (string | Iterable<unknown>)[]): Generator<Buffer> {
  for (const part of parts) {
    if (typeof part === 'string') {
      yield Buffer.from(part)
      continue
    }
    let some: string[] = []
    let isFirst = true
    for (const item of part) {
      some.push(`${isFirst ? '' : ','}${JSON.stringify(item)}`)
      isFirst = false
      if (some.length < 1000) continue
      yield Buffer.from(some.join(''))
      some = []
    }
    yield Buffer.from(some.join(''))
  }
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
      const { tasks, ...head } = checkJson(path, parseJson(`${text.slice(0, at)}}`), headSchema)
      return { ...head, ...listed(tasks), context: same.context }
    }
    const { tasks, context: read, ...head } = checkJson(path, parseJson(text), shardFileSchema)
    const context = { ...read, references: { ...read.references, clips: ClipNames.of(read.references.clips) } }
    if (at >= 0) known.push({ text: tail, context })
    return { ...head, ...listed(tasks), context }
  } catch (cause) {
    throw noShardFile(path, cause)
  }
}

function listed(keys: readonly OutcomeKey[]): Pick<ShardFile, 'tasks' | 'hasTwice'> {
  const tasks = new KeyList(keys)
  return { tasks, hasTwice: tasks.size < keys.length }
}
