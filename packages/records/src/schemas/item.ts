import { z } from 'zod'

/**
 * `<clip>/s<sample>/item.json` of a folder of generated clips: written last, it says that the sample is complete, or why there is none. Programs of others
 * write it: only what decides about the sample is checked.
 */
export const itemSchema = z.looseObject({
  status: z.enum(['ok', 'failed', 'skipped']),
  /** How long it took, milliseconds. */
  wallMs: z.number().nonnegative().optional().catch(undefined),
  error: z.looseObject({ type: z.string().optional(), message: z.string() }).optional(),
})

export type Item = z.infer<typeof itemSchema>
