import { z } from 'zod'
import { idSchema } from './names.ts'

/** Numbers that a paper prints. Shown as claims, never mixed with measurements. Stored as `baselines/<method>/paper.json`. */
export const claimsSchema = z.strictObject({
  schema: z.literal('kinemetric/claims@1'),
  kind: z.literal('claim'),
  method: z.strictObject({ id: idSchema, name: z.string() }),
  /** The protocol whose table shows them; the claim's own protocol may differ in what the paper leaves unsaid (see `note`). */
  protocol: idSchema,
  source: z.strictObject({
    title: z.string(),
    arxiv: z.string().optional(),
    url: z.string().optional(),
    table: z.string().optional(),
    page: z.union([z.number().int(), z.string()]).optional(),
    samples: z.number().int().positive().optional(),
  }),
  note: z.string().optional(),
  /**
   * `label` is what the paper calls the metric; `value` is null where it leaves the cell empty; `recipe` how it says that the number was computed, in its
   * own words, where it does. `decimals` are the digits that it prints behind the point, where the number does not show them (5.0 is 5 in JSON).
   */
  values: z.array(
    z.strictObject({
      metric: z.string(),
      label: z.string().min(1).optional(),
      value: z.number().nullable(),
      decimals: z.number().int().min(0).max(15).optional(),
      recipe: z.string().min(1).optional(),
      note: z.string().optional(),
    }),
  ),
})

export type Claims = z.infer<typeof claimsSchema>
