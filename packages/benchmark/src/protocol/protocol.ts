import { hashBytes } from '@kinemetric/files'
import { z } from 'zod'

/**
 * A frozen choice of window, size, frames scored, metrics and seeds. Changing anything means a new version: the digest stands in every record.
 * Sizes are [height, width] in pixels.
 */
export const protocolSchema = z.strictObject({
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
  metrics: z.array(z.strictObject({ metric: z.string(), recipe: z.string(), default: z.boolean() })),
  motion: z.strictObject({
    points: z.number().int().positive(),
    /** A mask pixel belongs to the object when its value is above this: codec ringing leaves values of 1 to 15 around the masks. */
    maskThreshold: z.number().int().min(0).max(254),
  }),
  bootstrap: z.strictObject({ resamples: z.number().int().positive(), level: z.number().gt(0).lt(1) }),
  seeds: z.strictObject({ bootstrap: z.number().int(), points: z.number().int(), shuffle: z.number().int() }),
})

export type Protocol = z.infer<typeof protocolSchema>

/** sha256 of a protocol's JSON with its keys in schema order. */
export function protocolDigest(protocol: Protocol): string {
  return hashBytes(JSON.stringify(protocolSchema.parse(protocol)))
}
