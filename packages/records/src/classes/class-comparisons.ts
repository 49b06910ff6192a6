import { z } from 'zod'
import { comparedColumnSchema, comparedRecordSchema } from '../schemas/comparisons.ts'
import { recordProtocolSchema } from '../schemas/record.ts'
import { classScoresSchema } from './class-scores.ts'

/**
 * What the methods of a protocol can be said to differ by within each class of clips, by `kinemetric compare --by`. Of each metric all pairs of all classes are one
 * family: p of a pair after Holm over it is `pAdjustedTable`, by which its verdict is.
 */
export const classComparisonsSchema = z.strictObject({
  schema: z.literal('kinemetric/class-comparisons@1'),
  protocol: recordProtocolSchema.pick({ id: true, version: true, digest: true }),
  records: z.array(comparedRecordSchema),
  ...classScoresSchema.pick({
    by: true,
    labels: true,
    clips: true,
    unlabelled: true,
    strangers: true,
    minClips: true,
    leftOut: true,
    classes: true,
  }).shape,
  columns: z.array(
    z.strictObject({
      metric: z.string(),
      recipe: z.string(),
      signature: z.string(),
      better: z.enum(['higher', 'lower']),
      /** Pairs of all classes, which are corrected for together. */
      comparisons: z.number().int().nonnegative(),
      /** In the order of the classes; null where no method has a value there. */
      classes: z.array(comparedColumnSchema.nullable()),
    }),
  ),
})
export type ClassComparisons = z.infer<typeof classComparisonsSchema>
