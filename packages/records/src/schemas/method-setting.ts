import { z } from 'zod'

const doc = z.string().min(1)

/** One setting of a method: its type, the range or the words that it takes, what it is unless another value is given, and what it does. */
export const methodSettingSchema = z.discriminatedUnion('type', [
  z
    .strictObject({
      type: z.enum(['integer', 'number']),
      /** The smallest and the largest value; absent: none. */
      min: z.number().optional(),
      max: z.number().optional(),
      default: z.number(),
      doc,
    })
    .superRefine(({ type, min = -Infinity, max = Infinity, default: usual }, context) => {
      const refuse = (field: string, message: string) => context.addIssue({ code: 'custom', path: [field], message })
      if (min > max) refuse('min', `expected at most max (${max}), found ${min}`)
      else if (usual < min || usual > max) refuse('default', `expected what lies between min and max, found ${usual}`)
      if (type === 'integer' && !Number.isInteger(usual)) refuse('default', `expected a whole number, found ${usual}`)
    }),
  z.strictObject({ type: z.literal('boolean'), default: z.boolean(), doc }),
  z
    .strictObject({
      type: z.literal('text'),
      /** The words that it takes; absent: any text. */
      choices: z.array(z.string()).min(1).optional(),
      default: z.string(),
      doc,
    })
    .superRefine(({ choices, default: usual }, context) => {
      if (choices?.includes(usual) === false)
        context.addIssue({ code: 'custom', path: ['default'], message: `expected one of choices, found ${usual}` })
    }),
])

export type MethodSetting = z.infer<typeof methodSettingSchema>

/** Settings that go together, under a name: `demo` as released, `paper`, `fast`. */
export const methodPresetSchema = z.strictObject({ doc: doc.optional(), settings: z.record(z.string(), z.json()) })

/** Weights that a native method is made of, under the word by which `--checkpoint` gives them. */
export const methodCheckpointSchema = z.strictObject({
  holds: z.enum(['folder', 'file']),
  doc,
  /** Where it comes from. */
  from: z.string(),
  licence: z.string(),
  /** Its address asks for an agreement and a token. */
  gated: z.boolean().default(false),
  /** The method does without where it lies in its usual place beside another. */
  optional: z.boolean().default(false),
})

export type MethodCheckpoint = z.infer<typeof methodCheckpointSchema>
