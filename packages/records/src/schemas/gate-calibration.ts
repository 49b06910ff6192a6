import { z } from 'zod'
import { sha256Schema } from './names.ts'
import { provenanceSchema, recordMachineSchema } from './record.ts'

const count = z.number().int().nonnegative()

/** What repeats of an unchanged pipeline say of one metric, in its unit. */
export const calibratedMetricSchema = z.strictObject({
  metric: z.string(),
  recipe: z.string(),
  label: z.string(),
  better: z.enum(['higher', 'lower']),
  signature: z.string(),
  /** Of each repeat, over the clips that all have. */
  scores: z.array(z.number()).min(5),
  /** sd of the scores. */
  repeatabilitySd: z.number().nonnegative(),
  /** What two repeats differ by at most in 95 % of all cases: t·√2·sd. */
  repeatabilityLimit: z.number().nonnegative(),
  /** Upper end of the 90 % interval of what re-encoding costs a clip; null where it was not measured. */
  codecShift: z.number().nullable(),
  /** The larger of the two. */
  margin: z.number().nonnegative(),
  /** All repeats gave one number. */
  bitwise: z.boolean(),
  /** Of the clips' differences between two repeats; null for distances between sets. */
  pairedSd: z.number().nullable(),
  /** The margin is above 0.2 of them: it hides differences up to itself. */
  wide: z.boolean(),
  /** Units that a gate would have, and the share of unchanged runs that it would pass with this margin; null where clips have no values of it, or do not differ. */
  units: count,
  passShare: z.number().min(0).max(1).nullable(),
  /** The margin with which a gate of all these metrics, each with its own, would pass 95 % of them. */
  marginToPass95: z.number().nonnegative().nullable(),
})

/** `gate calibrate`: margins of a gate, from repeats of the unchanged pipeline over the same clips and seeds, and what they were made with. */
export const gateCalibrationSchema = z.strictObject({
  schema: z.literal('kinemetric/gate-calibration@1'),
  protocol: z.strictObject({ id: z.string(), version: z.number().int(), digest: sha256Schema }),
  method: z.strictObject({ id: z.string(), name: z.string() }),
  repeats: z.number().int().min(5),
  clips: count,
  /** Whether every repeat has the same generated frames on every clip, and on how many clips some differ. */
  frames: z.strictObject({ bitwise: z.boolean(), changed: count }),
  metrics: z.array(calibratedMetricSchema),
  madeWith: z.strictObject({
    /** Of the generator, as the repeats' records name them. */
    generator: z.array(z.strictObject({ id: z.string(), sha256: sha256Schema })),
    /** Devices that generated, in words; [] where nothing says it. */
    devices: z.array(z.string()),
    /** Versions of graphics drivers on the machine that calibrated; [] where there are none. */
    drivers: z.array(z.string()),
    code: provenanceSchema.shape.code,
    weights: provenanceSchema.shape.weights,
    decoder: provenanceSchema.shape.decoder,
    provider: z.string(),
    machine: recordMachineSchema,
  }),
})

export type CalibratedMetric = z.infer<typeof calibratedMetricSchema>
export type GateCalibration = z.infer<typeof gateCalibrationSchema>
