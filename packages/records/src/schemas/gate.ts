import { z } from 'zod'
import { boundsSchema } from './comparisons.ts'
import { sha256Schema } from './names.ts'

const count = z.number().int().nonnegative()
const probability = z.number().min(0).max(1)

/**
 * What a gate says: `pass`, no worse by the margin; `fail`, worse by the margin or more; `undecided`, neither was shown; `cannot-tell`, so few clips, or
 * nothing to compare by, can show neither.
 */
export const gateVerdictSchema = z.enum(['pass', 'fail', 'undecided', 'cannot-tell'])

/** One of the two records that a gate holds against each other. */
export const gateSideSchema = z.strictObject({
  path: z.string(),
  method: z.string(),
  name: z.string(),
  /** sha256 of the record. */
  record: sha256Schema,
  /** What generated the clips, as far as the record knows: weights, settings, version. */
  clips: count,
})

/** Where a margin is from; it is the largest of what is there, in the metric's unit. */
export const gateMarginSchema = z.strictObject({
  value: z.number().nonnegative(),
  /** What was asked for. */
  own: z.number().positive().nullable(),
  /** What two runs of the unchanged pipeline differ by at most in 95 % of all cases. */
  repeatability: z.number().nonnegative().nullable(),
  /** What re-encoding costs a clip. */
  codec: z.number().nullable(),
})

/** A clip's values before and after. `loss` is above 0 where it became worse, in the metric's unit. */
export const gateClipSchema = z.strictObject({
  clip: z.string(),
  baseline: z.number(),
  candidate: z.number(),
  loss: z.number(),
})

/** Whether anything changed, whatever its direction. */
export const gateDriftSchema = z.strictObject({
  /** Two-sided, of "the two runs could have been exchanged on each unit"; null where nothing differs. */
  p: probability.nullable(),
  /** Of the mean difference candidate − baseline, at 1 − alpha. */
  interval: boundsSchema.nullable(),
  /** Units whose difference is not 0, and those on which the candidate is better and worse. */
  moving: count,
  better: count,
  worse: count,
  /** Quantiles over clips of the difference candidate − baseline: 0, 5, 25, 50, 75, 95, 100 %. */
  quantiles: z.array(z.number()).length(7).nullable(),
})

/** One metric of a gate. `difference` is candidate − baseline over the clips that both have. */
export const gatedMetricSchema = z.strictObject({
  metric: z.string(),
  recipe: z.string(),
  label: z.string(),
  unit: z.string(),
  decimals: count,
  better: z.enum(['higher', 'lower']),
  signature: z.string(),
  clips: count,
  units: count,
  baseline: z.number().nullable(),
  candidate: z.number().nullable(),
  difference: z.number().nullable(),
  /** null: it has none, so that nothing is decided by this metric. */
  margin: gateMarginSchema.nullable(),
  verdict: gateVerdictSchema.nullable(),
  /** Why there is no verdict, or why it cannot be told. */
  reason: z.string().optional(),
  test: z.enum(['sign-flip-exact', 'sign-flip-mc', 'jackknife', 'identical']).nullable(),
  /** One-sided interval of level 1 − 2·alpha of the difference turned so that larger is better: the verdict is pass exactly where its low end is above −margin. */
  interval: boundsSchema.nullable(),
  pNonInferior: probability.nullable(),
  pInferior: probability.nullable(),
  pEquivalent: probability.nullable(),
  /** Shown by two one-sided tests: it differs by less than the margin, either way. */
  equivalent: z.boolean(),
  /** Units that would decide if the estimate stayed. */
  unitsToDecide: z.number().int().positive().nullable(),
  /** Of the units' differences. */
  sd: z.number().nullable(),
  /** Units with which a run that changes nothing passes in 80 % of all cases; null where there is no spread or no margin. */
  unitsPlanned: z.number().int().positive().nullable(),
  /** The margin is above 0.2 standard deviations of the differences: differences up to it are not seen. */
  wide: z.boolean(),
  drift: gateDriftSchema.nullable(),
  /** Clips that the baseline has a value of and the candidate has none. */
  lost: z.array(z.string()),
  /** The clips that lost most, the worst first. */
  worst: z.array(gateClipSchema),
  /** What qualifies the row. */
  notes: z.array(z.string()),
})

/** A rule that was asked for: whether it holds, and the numbers that it was asked of. */
export const gateRuleSchema = z.strictObject({
  rule: z.string(),
  holds: z.boolean(),
  values: z.array(z.strictObject({ name: z.string(), value: z.number() })),
})

/** What `kinemetric gate --json` prints. */
export const gateSchema = z.strictObject({
  schema: z.literal('kinemetric/gate@1'),
  verdict: gateVerdictSchema,
  /** Whether the gate lets it through: `undecided` by what it was told to count as. */
  passed: z.boolean(),
  undecided: z.enum(['pass', 'fail']),
  alpha: probability,
  protocol: z.strictObject({ id: z.string(), version: z.number().int(), digest: sha256Schema }),
  baseline: gateSideSchema,
  candidate: gateSideSchema,
  clips: z.strictObject({
    /** With the same reference frames on both sides. */
    common: count,
    units: count,
    otherReference: count,
    onlyBaseline: z.array(z.string()),
    onlyCandidate: z.array(z.string()),
    /** Of the common clips, those whose generated frames changed. */
    changedFrames: count,
  }),
  /** What the two records say differently of what made them. */
  changes: z.array(z.strictObject({ field: z.string(), a: z.string().nullable(), b: z.string().nullable() })),
  calibration: z
    .strictObject({
      repeats: count,
      /** Repeats gave the same frames to the bit. */
      bitwise: z.boolean(),
      /** What it was made with that one of the sides was not. */
      differs: z.array(z.strictObject({ field: z.string(), a: z.string().nullable(), b: z.string().nullable() })),
    })
    .nullable(),
  metrics: z.array(gatedMetricSchema),
  rules: z.array(gateRuleSchema),
  notes: z.array(z.string()),
})

export type GateVerdict = z.infer<typeof gateVerdictSchema>
export type GateResult = z.infer<typeof gateSchema>
export type GatedMetric = z.infer<typeof gatedMetricSchema>
export type GateMarginParts = z.infer<typeof gateMarginSchema>
export type GateClip = z.infer<typeof gateClipSchema>
export type GateRule = z.infer<typeof gateRuleSchema>
