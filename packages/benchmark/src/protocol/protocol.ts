import { hashBytes } from '@kinemetric/files'
import { z } from 'zod'

const metricChoiceSchema = z.strictObject({ metric: z.string(), recipe: z.string(), default: z.boolean() })

/**
 * What a protocol is: window, size, frames scored, points, seeds and the metrics it was published with. Frozen: changing anything means a new version,
 * and its digest stands in every record and manifest. Sizes are [height, width] in pixels.
 */
export const protocolIdentitySchema = z.strictObject({
  schema: z.literal('kinemetric/protocol@1'),
  id: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/),
  version: z.number().int().positive(),
  title: z.string(),
  summary: z.string(),
  window: z.strictObject({
    /** Frames of a clip, frame 0 included; `all` takes every frame. */
    frames: z.union([z.number().int().positive(), z.literal('all')]),
    start: z.number().int().nonnegative(),
    /** Frames a second of the clip: the stride is the source's rate divided by it, and must come out whole. null: every frame. */
    fps: z.number().positive().nullable(),
  }),
  /** null: every clip at its own size, nothing resized or cropped. */
  geometry: z
    .strictObject({
      size: z.tuple([z.number().int().positive(), z.number().int().positive()]),
      video: z.literal('pillow-bicubic'),
      masks: z.literal('torch-nearest'),
      fit: z.literal('cover'),
      crop: z.literal('centre-round-half-even'),
    })
    .nullable(),
  /** Frames that no metric sees, because a method is given them (motion metrics still start their points there). */
  excludedFrames: z.array(z.number().int().nonnegative()),
  /** In the order of the table. `default` metrics are scored without being asked for. */
  metrics: z.array(metricChoiceSchema),
  motion: z.strictObject({
    points: z.number().int().positive(),
    /** A mask pixel belongs to the object when its value is above this: codec ringing leaves values of 1 to 15 around the masks. */
    maskThreshold: z.number().int().min(0).max(254),
  }),
  bootstrap: z.strictObject({ resamples: z.number().int().positive(), level: z.number().gt(0).lt(1) }),
  seeds: z.strictObject({ bootstrap: z.number().int(), points: z.number().int(), shuffle: z.number().int() }),
})

/** A protocol as JSON: its identity's fields, and the metrics that joined later. */
export const protocolSchema = protocolIdentitySchema
  .extend({ added: z.array(metricChoiceSchema).optional() })
  .transform(({ added = [], ...identity }): Protocol => ({ identity, added }))

export type MetricChoice = Readonly<z.infer<typeof metricChoiceSchema>>
export type ProtocolIdentity = z.infer<typeof protocolIdentitySchema>

/** What is measured and how: the frozen identity, and metrics that joined after it was published. Those are scored like the others and change no digest. */
export interface Protocol {
  readonly identity: ProtocolIdentity
  readonly added: readonly MetricChoice[]
}

/** sha256 of the identity's JSON with its keys in schema order. */
export function protocolDigest({ identity }: Protocol): string {
  return hashBytes(JSON.stringify(protocolIdentitySchema.parse(identity)))
}

/** Every metric of a protocol in the order of the table: those it was published with, then those that joined. */
export function metricsOf({ identity, added }: Protocol): readonly MetricChoice[] {
  return [...identity.metrics, ...added]
}
