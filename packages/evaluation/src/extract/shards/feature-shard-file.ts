import { basename, dirname, join } from 'node:path'
import { benchmarkError, noShardFile, type Shard, shardEnding, shardPaths, shardSchema } from '@kinemetric/benchmark'
import { checkJson, hashBytes, parseJson, readTextFile, writeWhole } from '@kinemetric/files'
import { codeText, failureSchema, otherVersionText, provenanceSchema } from '@kinemetric/records'
import { z } from 'zod'

/** What stands in files of shards of features. */
export const featureShardSchema = 'kinemetric/feature-shard@1'

/** No network's rows are longer. */
const longestRow = 8192

/** A name in the folder of shards and nowhere else; hidden files are not ours to write for a stranger's shard. */
const matrixNameSchema = z
  .string()
  .max(200)
  // oxlint-disable-next-line no-control-regex -- no file is called so
  .regex(/^[^./\\\u0000-\u001F][^/\\\u0000-\u001F]*$/, 'expected the name of a file in this folder')

/** What decides the rows of a clip but the clip: no list of clips, no place, no shard. Rows of one identity can stand in one matrix. */
export const rowsIdentitySchema = z.strictObject({
  network: z.string(),
  preprocessing: z.string(),
  variant: z.string().optional(),
  /** sha256 of the network's tensors. */
  digest: z.string(),
  /** Length of a row. */
  dimension: z.int().min(1).max(longestRow),
  /** The network's file was given by hand. */
  unverified: z.boolean(),
  /** Frames that are left out of every clip. */
  excluded: z.array(z.int().min(0)),
  weights: provenanceSchema.shape.weights,
  code: provenanceSchema.shape.code,
  decoder: provenanceSchema.shape.decoder,
  provider: z.string(),
})
export type RowsIdentity = z.infer<typeof rowsIdentitySchema>

/** What decides a matrix but its rows: the same for all of its shards. */
const contextSchema = z.strictObject({
  /** The file that the matrix gets, `refs.npz`: its ending is the format. */
  name: matrixNameSchema,
  /** Mean and covariance in place of rows. */
  statistics: z.boolean(),
  /** sha256 of the manifest; null where the clips lie in a folder. */
  manifest: z.string().nullable(),
  /** All clips, in the order of their rows. */
  clips: z.array(z.string()),
  /** Clips that the source names and cannot give. */
  failures: z.array(failureSchema),
  rows: rowsIdentitySchema,
})
export type FeatureShardContext = z.infer<typeof contextSchema>

const shardFileSchema = z.strictObject({
  schema: z.literal(featureShardSchema),
  shard: shardSchema,
  context: contextSchema,
})

/** `<matrix>.<i>-of-<N>.shard.json`, beside the shard's rows. */
export type FeatureShardFile = z.infer<typeof shardFileSchema>

/** Files of a shard. */
export interface FeatureShardPaths {
  file: string
  rows: string
  /** Rows of the shard from when its clips were others, until all that is of use has been taken from them. */
  before: string
  lock: string
}

/** @param out path of the matrix, which is not written */
export function featureShardPaths(out: string, shard: Shard): FeatureShardPaths {
  const { file, lock } = shardPaths(dirname(out), basename(out), shard)
  const rows = `${file.slice(0, -shardEnding.length)}.rows`
  return { file, rows, before: `${rows}.before`, lock }
}

/** The shard whose rows that file of the matrix's folder are; undefined for any other file. */
export function shardOfRows(file: string, matrix: string): Shard | undefined {
  if (!file.startsWith(`${matrix}.`)) return undefined
  const [, index, count] = /^(\d{1,6})-of-(\d{1,6})\.rows$/.exec(file.slice(matrix.length + 1)) ?? []
  return index === undefined ? undefined : { index: Number(index), count: Number(count) }
}

/** The matrix that a shard found in a folder is of. */
export function matrixPath(folder: string, { context }: FeatureShardFile): string {
  return join(folder, context.name)
}

/** @throws KinemetricError `bad-option` for a matrix that merging would not write */
export function requireMatrixName(out: string): void {
  if (matrixNameSchema.safeParse(basename(out)).success) return
  throw benchmarkError('bad-option', 'out', { expected: 'a file name that does not begin with a dot', found: out })
}

/** sha256 of an identity: rows carry both. */
export function rowsDigest(identity: RowsIdentity): string {
  return hashBytes(JSON.stringify(rowsIdentitySchema.parse(identity)))
}

/** @throws KinemetricError `disk-full`, `write-failed` */
export async function writeFeatureShard(path: string, file: FeatureShardFile): Promise<void> {
  // In one order of fields, whoever made it.
  await writeWhole(path, `${JSON.stringify(shardFileSchema.parse(file))}\n`)
}

/**
 * Reads the file of a shard. What shards are of stands in each of them, with the names of all clips: it is parsed and held once.
 * @param known what was read before, by the sha256 of its text; what is new is added
 * @throws KinemetricError `bad-shards` for what is no such file
 */
export async function readFeatureShard(
  path: string,
  known = new Map<string, FeatureShardContext>(),
): Promise<FeatureShardFile> {
  try {
    const text = await readTextFile(path)
    const at = text.indexOf(contextField)
    const digest = hashBytes(text.slice(Math.max(0, at)))
    const before = known.get(digest)
    if (before !== undefined) {
      const head = checkJson(path, parseJson(`${text.slice(0, at)}${contextField}null}`), headSchema)
      return { ...head, context: before }
    }
    const file = checkJson(path, parseJson(text), shardFileSchema)
    known.set(digest, file.context)
    return file
  } catch (cause) {
    throw noShardFile(path, cause)
  }
}

/** Behind it stands what the shards of a matrix share, to the end of the file. */
const contextField = '"context":'
const headSchema = shardFileSchema.extend({ context: z.null() })

/** The parts in which what two shards are of differs, by name. */
export function contextDifferences(found: FeatureShardContext, expected: FeatureShardContext): string[] {
  const parts = differing(found, expected).filter((name) => name !== 'rows')
  return [...parts, ...identityDifferences(found.rows, expected.rows)]
}

/** The same of what rows are of. */
export function identityDifferences(found: RowsIdentity, expected: RowsIdentity): string[] {
  return differing(found, expected).map((name) =>
    name === 'code' ? otherVersionText(codeText(found.code), codeText(expected.code)) : name,
  )
}

function differing(a: object, b: object): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter(
    (name) => JSON.stringify(Reflect.get(a, name)) !== JSON.stringify(Reflect.get(b, name)),
  )
}
