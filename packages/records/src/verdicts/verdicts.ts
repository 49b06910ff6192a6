import { z } from 'zod'
import { claimsSchema } from '../schemas/claims.ts'
import { idSchema, sha256Schema } from '../schemas/names.ts'

/**
 * `reproduced`: tested equivalent to the claim within the margin · `not-reproduced`: tested to differ by more than the margin · `not-comparable`: neither can be
 * said, and `reasons` say why.
 */
export const claimVerdictSchema = z.enum(['reproduced', 'not-reproduced', 'not-comparable'])

/** A number that a paper prints, beside what was measured here. */
export const heldClaimSchema = z.strictObject({
  /** Id of the record, and what it is called; null where there is none. */
  method: idSchema,
  name: z.string(),
  /** Id of the claims. */
  claims: idSchema,
  source: claimsSchema.shape.source,
  metric: z.string(),
  label: z.string(),
  /** The recipe that the claim is held against; which one the paper took is rarely said. */
  recipe: z.string(),
  unit: z.string(),
  claimed: z.number(),
  /** As the paper prints it. */
  printed: z.string(),
  measured: z.number().nullable(),
  interval: z.strictObject({ low: z.number(), high: z.number(), level: z.number() }).nullable(),
  /** Measured − claimed. */
  difference: z.number().nullable(),
  /** What counts as near: the benchmark's own margin and half of the claim's last printed digit; null where the benchmark has none for the metric. */
  margin: z.number().nonnegative().nullable(),
  clips: z.strictObject({ measured: z.number().int().nonnegative(), claimed: z.number().int().positive().nullable() }),
  verdict: claimVerdictSchema,
  /** Of `not-comparable`, the weightiest first. */
  reasons: z.array(z.string()),
})

/** Claims held against the records of one protocol: `<results>/<protocol>/verdicts.json`. Of these very records, by the digests of their files. */
export const verdictsSchema = z.strictObject({
  schema: z.literal('kinemetric/verdicts@1'),
  benchmark: z.strictObject({ id: z.string(), title: z.string() }),
  protocol: z.strictObject({ id: idSchema, version: z.number().int().positive(), digest: sha256Schema }),
  records: z.array(z.strictObject({ method: idSchema, record: sha256Schema })),
  /** Why each margin is what it is, by metric. */
  margins: z.record(z.string(), z.strictObject({ within: z.number().nonnegative(), why: z.string() })),
  /** By which share the number of clips may differ from the claim's. */
  clipsWithin: z.number().min(0).max(1),
  held: z.array(heldClaimSchema),
})

export type Verdicts = z.infer<typeof verdictsSchema>
export type HeldClaimFile = z.infer<typeof heldClaimSchema>
