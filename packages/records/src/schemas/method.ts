import { z } from 'zod'
import { methodCheckpointSchema, methodPresetSchema, methodSettingSchema } from './method-setting.ts'
import { boundSchema, idSchema, relativePathSchema, sha256Schema, sizeSchema } from './names.ts'

const controlSchema = z.enum(['none', 'mask', 'box', 'rgb', 'video', 'masks-pair', 'text', 'trajectory'])

/**
 * `baselines/<method>/method.json`: what a method is and needs, readable without running it. Sizes are [height, width].
 * Every field is read: capabilities are held against the manifest before anything is loaded, so that what a method cannot do is refused.
 */
export const methodSpecSchema = z.strictObject({
  schema: z.literal('kinemetric/method@1').optional(),
  id: idSchema,
  version: z.string(),
  displayName: z.string(),
  summary: z.string().optional(),
  /** A baseline that does not model anything (a still image, a blur): shown, never ranked as a method. */
  trivial: z.boolean().default(false),
  /** What a trivial baseline bounds: what nothing should fall below, or what nothing should exceed. Absent: neither. */
  bound: boundSchema.optional(),
  paper: z.strictObject({ title: z.string(), url: z.string().optional() }).optional(),
  licences: z.array(z.string()),
  kind: z.enum(['native', 'process']),
  /** argv of a process method; {manifest}, {out}, {config} and {device} are filled in. */
  command: z.array(z.string()).optional(),
  /** Where the code of a program is that is not ours, and how what it needs is set up. */
  code: z
    .strictObject({
      repository: z.string(),
      commit: z.string().regex(/^[0-9a-f]{7,40}$/, 'expected a commit of 7 to 40 hex digits'),
      /** The file beside method.json that sets up its environment. */
      environment: z.strictObject({ file: relativePathSchema, sha256: sha256Schema }).optional(),
      /** Checkpoints that it loads by itself, each with where it is and under which licence. */
      weights: z.array(z.strictObject({ from: z.string(), file: z.string(), licence: z.string() })).default([]),
    })
    .optional(),
  capabilities: z.strictObject({
    /**
     * Kind of control signal that every clip must have, or the kinds that it takes one of: `mask` (white where the driver is), `box` (the same, of filled boxes),
     * `rgb` (a colour a driver), `video` (other pictures).
     */
    control: z.union([controlSchema, z.array(controlSchema).min(1)]),
    /** Every clip must have a text. */
    text: z.boolean().default(false),
    /** Files of the dataset that every clip must have beside it. */
    assets: z.array(z.string()).default([]),
    /** It is given the reference: a probe of the metrics and no generator. Only what is trivial may say so. */
    reference: z.boolean().default(false),
    /** Sizes it can make; absent means any. */
    resolutions: z.array(sizeSchema).optional(),
    /** Height and width must be multiples of it. */
    multipleOf: z.number().int().positive().optional(),
    /** Numbers of frames it can make, frame 0 included; absent means any. */
    frames: z
      .strictObject({
        min: z.number().int().positive().optional(),
        max: z.number().int().positive().optional(),
        fixed: z.number().int().positive().optional(),
      })
      .superRefine(({ min = 1, max = Infinity, fixed = min }, context) => {
        if (min > max)
          context.addIssue({ code: 'custom', path: ['min'], message: `expected at most max (${max}), found ${min}` })
        else if (fixed < min || fixed > max)
          context.addIssue({
            code: 'custom',
            path: ['fixed'],
            message: `expected what lies between min and max, found ${fixed}`,
          })
      })
      .optional(),
    /** How many different samples it can make of a clip; absent means any. */
    samples: z.number().int().positive().optional(),
    devices: z.array(z.enum(['cpu', 'cuda', 'webgpu', 'mps'])).default(['cpu']),
  }),
  output: z.strictObject({
    /** Whether generated frame t belongs to reference frame t. */
    alignment: z.enum(['frame', 'timestamps', 'none']),
  }),
  /** `bitwise-cpu`: the same bytes every time on the CPU · `seeded`: the same for the same seed and device · `none`. */
  determinism: z.enum(['bitwise-cpu', 'seeded', 'none']),
  /** Settings of which nothing is known but the value that they have unless another is given. */
  defaults: z.record(z.string(), z.json()).default({}),
  /** Settings with type, range, default and words on what they do: what is given is held against them before anything runs. */
  settings: z.record(z.string(), methodSettingSchema).default({}),
  presets: z.record(idSchema, methodPresetSchema).default({}),
  /** What a native method is made of, by the words of `--checkpoint`. */
  checkpoints: z.record(idSchema, methodCheckpointSchema).default({}),
  /** `contract-tested`: its program was held against a stand-in for the code that it runs, never run with its weights. */
  implementationStatus: z.enum(['working', 'reproducing', 'not-working', 'working-not-reproducing', 'contract-tested']),
})

export type MethodSpec = z.infer<typeof methodSpecSchema>

/** Fields that method.json once had and that nothing reads, by the object that held them. */
const formerFields: Readonly<Record<string, readonly string[]>> = {
  '': ['upstream', 'envRecipe', 'weights'],
  paper: ['claims'],
  capabilities: ['image', 'fps', 'batch'],
  output: ['frames', 'resolution', 'includesInputFrame'],
}

/** A method.json on disk: what `methodSpecSchema` describes, and fields of earlier versions, which are passed over. */
export const methodFileSchema = z.preprocess(withoutFormer, methodSpecSchema)

function withoutFormer(value: unknown): unknown {
  const spec = without(value, formerFields[''])
  if (!isObject(spec)) return spec
  const now = 'presets' in spec ? { ...spec, presets: presetsOf(spec.presets) } : spec
  // A key may be called like a member that every object inherits.
  const former = (key: string) => (Object.hasOwn(formerFields, key) ? formerFields[key] : [])
  return Object.fromEntries(Object.entries(now).map(([key, part]) => [key, without(part, former(key))]))
}

/** Presets as they are now; the earlier ones, which nothing read, were their settings alone, and what was neither is passed over. */
function presetsOf(presets: unknown): unknown {
  if (!isObject(presets)) return {}
  return Object.fromEntries(
    Object.entries(presets)
      .filter(([, preset]) => isObject(preset))
      .map(([name, preset]) => [name, isObject(preset) && isObject(preset.settings) ? preset : { settings: preset }]),
  )
}

function without(value: unknown, names: readonly string[]): unknown {
  return isObject(value) ? Object.fromEntries(Object.entries(value).filter(([key]) => !names.includes(key))) : value
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
