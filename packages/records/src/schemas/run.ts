import { z } from 'zod'
import { boundSchema } from './names.ts'

/**
 * `run.json` of a folder of generated clips: which method made them, how configured, from which manifest. Programs of others write it: only what a record
 * takes over is checked.
 */
export const generatedRunSchema = z.looseObject({
  method: z
    .looseObject({
      id: z.string(),
      version: z.string().optional(),
      displayName: z.string().optional(),
      trivial: z.boolean().optional(),
      bound: boundSchema.optional().catch(undefined),
      paper: z.looseObject({ title: z.string(), url: z.string().optional() }).optional(),
      output: z.looseObject({ alignment: z.enum(['frame', 'timestamps', 'none']).optional() }).optional(),
    })
    .optional(),
  config: z.record(z.string(), z.json()).optional(),
})

export type GeneratedRun = z.infer<typeof generatedRunSchema>
