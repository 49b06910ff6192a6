import { z } from 'zod'
import { idSchema, sizeSchema } from './names.ts'

/**
 * `baselines/<method>/method.json`: what a method is and needs, readable without running it. Sizes are [height, width].
 * Capabilities are declared before anything is loaded, so that a runner can refuse what a method cannot do.
 */
export const methodSpecSchema = z.strictObject({
  schema: z.literal('kinemetric/method@1').optional(),
  id: idSchema,
  version: z.string(),
  displayName: z.string(),
  summary: z.string().optional(),
  trivial: z.boolean().default(false),
  paper: z
    .strictObject({
      title: z.string(),
      url: z.string().optional(),
      claims: z.record(z.string(), z.number()).optional(),
    })
    .optional(),
  licences: z.array(z.string()),
  upstream: z.strictObject({ repo: z.string(), commit: z.string().optional() }).optional(),
  kind: z.enum(['native', 'process']),
  /** argv of a process method; {manifest}, {out}, {config} and {device} are filled in. */
  command: z.array(z.string()).optional(),
  envRecipe: z
    .strictObject({
      type: z.enum(['none', 'conda', 'docker', 'script']),
      text: z.string().optional(),
      sha256: z.string().optional(),
    })
    .optional(),
  weights: z
    .array(
      z.strictObject({
        id: z.string(),
        repo: z.string().optional(),
        url: z.string().optional(),
        file: z.string().optional(),
        sha256: z.string().optional(),
        bytes: z.number().int().positive().optional(),
        gated: z.boolean().default(false),
        licence: z.string(),
      }),
    )
    .default([]),
  capabilities: z.strictObject({
    control: z.enum(['none', 'mask', 'masks-pair', 'text', 'trajectory']),
    image: z.boolean(),
    text: z.boolean().default(false),
    /** Sizes it can make; absent means any. */
    resolutions: z.array(sizeSchema).optional(),
    frames: z
      .strictObject({
        min: z.number().int().positive().optional(),
        max: z.number().int().positive().optional(),
        fixed: z.number().int().positive().optional(),
      })
      .optional(),
    fps: z.number().positive().optional(),
    batch: z.number().int().positive().optional(),
    devices: z.array(z.enum(['cpu', 'cuda', 'webgpu', 'mps'])).default(['cpu']),
  }),
  output: z.strictObject({
    frames: z.number().int().positive().optional(),
    resolution: sizeSchema.optional(),
    includesInputFrame: z.boolean(),
    alignment: z.enum(['frame', 'timestamps', 'none']),
  }),
  determinism: z.enum(['bitwise-cpu', 'seeded', 'none']),
  defaults: z.record(z.string(), z.json()).default({}),
  presets: z.record(z.string(), z.record(z.string(), z.json())).default({}),
  implementationStatus: z.enum(['working', 'reproducing', 'not-working', 'working-not-reproducing']),
})

export type MethodSpec = z.infer<typeof methodSpecSchema>
export type MethodSpecInput = z.input<typeof methodSpecSchema>
