import { hashBytes } from '@kinemetric/files'
import { z } from 'zod'

export const metricChoiceSchema = z.strictObject({ metric: z.string(), recipe: z.string(), default: z.boolean() })

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
    /** Every how many source frames, whatever the rate; then `fps` is null. */
    stride: z.number().int().positive().optional(),
    /**
     * How a video of another rate or length is fitted, instead of being refused. `nearest`: at each tick of `fps` the frame nearest to it · `whole`: `frames` of
     * them, spread evenly over all from `start` on, whatever the rate; of a shorter video some stand several times.
     */
    resample: z.enum(['nearest', 'whole']).optional(),
  }),
  /** null: every clip at its own size, nothing resized or cropped. */
  geometry: z
    .strictObject({
      size: z.tuple([z.number().int().positive(), z.number().int().positive()]),
      video: z.literal('pillow-bicubic'),
      masks: z.literal('torch-nearest'),
      /** `cover`: resized until both sides cover the size, then cropped · `exact`: nothing is resized, what is not of this size is refused. */
      fit: z.enum(['cover', 'exact']),
      /** `clip`: every clip says where, in the centre where it does not. */
      crop: z.enum(['centre-round-half-even', 'clip']),
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

/**
 * sha256 of what a protocol decides of prepared clips: window, size, where masks begin. Metrics, seeds and points have no part in them, so that a preparation
 * serves other ones too.
 */
export function clipsDigest({ identity }: Protocol): string {
  const { id, version, window, geometry, motion } = protocolIdentitySchema.parse(identity)
  return hashBytes(JSON.stringify([id, version, window, geometry, motion.maskThreshold]))
}

/** Every metric of a protocol in the order of the table: those it was published with, then those that joined. */
export function metricsOf({ identity, added }: Protocol): readonly MetricChoice[] {
  return [...identity.metrics, ...added]
}
