import { z } from 'zod'
import { idSchema, relativePathSchema, sha256Schema } from '../names.ts'

/** Features of one network that a record's distances are of: rows, or where these are too many their mean and covariance. */
export const bundleFeaturesSchema = z.strictObject({
  /** The record, by its path in the bundle. */
  record: relativePathSchema,
  /** What the network was asked for, as the record's provenance calls it. */
  key: z.string(),
  network: z.string(),
  digest: z.string(),
  kind: z.enum(['rows', 'statistics']),
  /** The two sides, .npz: of rows `features`, `clip` and `kinemetric`, clips being those of the record's hashes in their order; of statistics `mu`, `sigma`, `count`, `ddof`. */
  generated: relativePathSchema,
  reference: relativePathSchema,
})

/** What became of the videos of a protocol, and why. */
export const bundleMediaSchema = z.strictObject({
  protocol: idSchema,
  /** The data behind it, where that is known. */
  data: z.array(z.string()),
  included: z.boolean(),
  reason: z.string(),
})

/** `bundle.json`: what a published folder is. Which files it has stands in SHA256SUMS. Holds no time and no folder of a machine. */
export const bundleSchema = z.strictObject({
  schema: z.literal('kinemetric/bundle@1'),
  code: z.strictObject({
    name: z.literal('kinemetric'),
    version: z.string(),
    commit: z.string().nullable(),
    dirty: z.boolean().nullable(),
  }),
  title: z.string().min(1),
  authors: z.array(z.string().min(1)),
  /** What the publisher allows for the numbers: an SPDX name, or null where nothing was said. */
  licence: z.string().nullable(),
  records: z.array(
    z.strictObject({ path: relativePathSchema, protocol: idSchema, method: idSchema, sha256: sha256Schema }),
  ),
  features: z.array(bundleFeaturesSchema),
  media: z.array(bundleMediaSchema),
  site: z.boolean(),
  /** What was not put in, and why, in words. */
  leftOut: z.array(z.string()),
})

export type Bundle = z.infer<typeof bundleSchema>
export type BundleFeatures = z.infer<typeof bundleFeaturesSchema>
export type BundleMedia = z.infer<typeof bundleMediaSchema>
