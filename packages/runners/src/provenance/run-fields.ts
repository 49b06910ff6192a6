import { isDeepStrictEqual } from 'node:util'
import { methodFileSchema, sha256Schema } from '@kinemetric/records'
import { z } from 'zod'

const countsSchema = z.strictObject({ total: z.int().min(0), ok: z.int().min(0), failed: z.int().min(0) })

/** What a run says of itself, in the order in which run.json has it: of a whole one, or of a shard. */
export const runFieldsSchema = z.strictObject({
  method: methodFileSchema,
  config: z.record(z.string(), z.json()),
  manifest: z.strictObject({
    sha256: sha256Schema,
    protocol: z.strictObject({ id: z.string(), version: z.number() }),
  }),
  /** Of a method that draws any. */
  noise: z.strictObject({ algorithm: z.string() }).optional(),
  /** Where it was made last, where that is not `cpu`; all, where there are several. */
  device: z.string().optional(),
  devices: z.array(z.string()).optional(),
  weights: z.array(z.strictObject({ id: z.string(), sha256: sha256Schema, licence: z.string() })).optional(),
  /** With what it was made last; all, where there are several. */
  environment: z.record(z.string(), z.json()).optional(),
  environments: z.array(z.record(z.string(), z.json())).optional(),
  started: z.string(),
  /** Of each clip, where there are several. */
  samples: z.int().min(1).optional(),
  /** Of samples of clips, and of their pairs. */
  counts: countsSchema.optional(),
  pairs: countsSchema.optional(),
  finished: z.string().optional(),
})

export type RunFields = z.infer<typeof runFieldsSchema>

/** With what a run was made, each once. */
export function environmentsOf({ environment, environments }: RunFields): NonNullable<RunFields['environments']> {
  return environments ?? (environment === undefined ? [] : [environment])
}

/** Where. */
export function devicesOf({ device = 'cpu', devices }: RunFields): string[] {
  return devices ?? [device]
}

export function distinct<T>(all: readonly T[]): T[] {
  return all.filter((each, at) => all.findIndex((other) => isDeepStrictEqual(each, other)) === at)
}
