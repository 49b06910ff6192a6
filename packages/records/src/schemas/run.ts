import { z } from 'zod'
import { boundSchema, sha256Schema } from './names.ts'

const environmentSchema = z.looseObject({
  provider: z.string().optional().catch(undefined),
  cpu: z.string().optional().catch(undefined),
  cores: z.number().optional().catch(undefined),
  cards: z.array(z.string()).optional().catch(undefined),
})

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
      summary: z.string().optional().catch(undefined),
      /** Whether this program made the clips itself, or ran a program that did. */
      kind: z.enum(['native', 'process']).optional().catch(undefined),
      trivial: z.boolean().optional(),
      bound: boundSchema.optional().catch(undefined),
      paper: z.looseObject({ title: z.string(), url: z.string().optional() }).optional(),
      output: z.looseObject({ alignment: z.enum(['frame', 'timestamps', 'none']).optional() }).optional(),
    })
    .optional(),
  config: z.record(z.string(), z.json()).optional(),
  /** On what it ran last; all, where there are several. */
  device: z.string().optional().catch(undefined),
  devices: z.array(z.string()).optional().catch(undefined),
  environment: environmentSchema.optional().catch(undefined),
  environments: z.array(environmentSchema).optional().catch(undefined),
  /** What its networks were opened with. */
  weights: z
    .array(z.looseObject({ id: z.string(), sha256: sha256Schema, licence: z.string() }))
    .optional()
    .catch(undefined),
})

export type GeneratedRun = z.infer<typeof generatedRunSchema>
