import { z } from 'zod'
import { comparedRecordSchema } from '../schemas/comparisons.ts'
import { recordProtocolSchema } from '../schemas/record.ts'
import { sha256Schema } from '../schemas/names.ts'
import { intervalSchema, labelSchema } from '../schemas/score.ts'

/** A mean over the clips of one class: as the whole score is made, of these clips alone. */
export const classScoreSchema = z.strictObject({
  /** Null where no clip has a value, or it is infinite. */
  value: z.number().nullable(),
  /** Clips with a value. */
  n: z.number().int().nonnegative(),
  /** Source videos that these are of: what the interval counts. */
  units: z.number().int().nonnegative(),
  interval: intervalSchema.nullable(),
  /** Why there is no interval, or no value. */
  reason: z.string().optional(),
})

/** What a method differs by from the one that all are held against, on the clips of a class that both have: this method minus that one. No p: it is not tested. */
export const classDifferenceSchema = z.strictObject({
  difference: z.number(),
  n: z.number().int().positive(),
  units: z.number().int().positive(),
  interval: intervalSchema.nullable(),
  reason: z.string().optional(),
})

/** One method in a column: a score a class, in the order of `classes`. */
export const classMethodSchema = z.strictObject({
  method: z.string(),
  /** The score over all clips, as its record has it. */
  all: classScoreSchema,
  /** Of the clips of which no class is known; null where there are none. */
  unlabelled: classScoreSchema.nullable(),
  /** Null where the method has none of the class's clips. */
  classes: z.array(classScoreSchema.nullable()),
  /** Against `against`, a class each; absent for that method itself, and where nobody asked. */
  differences: z.array(classDifferenceSchema.nullable()).optional(),
})

/** One metric under one signature, broken down. */
export const classColumnSchema = z.strictObject({
  metric: z.string(),
  recipe: z.string(),
  signature: z.string(),
  label: labelSchema.optional(),
  unit: z.string(),
  better: z.enum(['higher', 'lower']),
  methods: z.array(classMethodSchema),
})

/** The scores of a protocol's methods by class of clips; lies beside their records where it is kept, and names the files that it was made of. */
export const classScoresSchema = z.strictObject({
  schema: z.literal('kinemetric/class-scores@1'),
  protocol: recordProtocolSchema.pick({ id: true, version: true, digest: true }),
  records: z.array(comparedRecordSchema),
  /** What clips are grouped by: `class` (SSV2's template), `label`, or a column of a file of the user's. */
  by: z.string().min(1),
  /** The file that says which clip is of which class, and its sha256. */
  labels: z.strictObject({ file: z.string(), sha256: sha256Schema }),
  /** Clips that some method was asked for. */
  clips: z.number().int().nonnegative(),
  /** Of these, clips of which no class is known: in no class, and in the score over all clips. */
  unlabelled: z.number().int().nonnegative(),
  /** Labels of clips that no method has. */
  strangers: z.number().int().nonnegative(),
  /** Classes of fewer clips are left out; 1 leaves none out. */
  minClips: z.number().int().positive(),
  /** Classes and clips that were left out for that. */
  leftOut: z.strictObject({ classes: z.number().int().nonnegative(), clips: z.number().int().nonnegative() }),
  /** The largest first, then by name. */
  classes: z.array(z.strictObject({ name: z.string(), clips: z.number().int().positive() })),
  /** The method whose differences are told. */
  against: z.string().optional(),
  columns: z.array(classColumnSchema),
  /** Scores that have no value a clip, or whose table is not there, and why they are not broken down. */
  refused: z.array(
    z.strictObject({ metric: z.string(), recipe: z.string(), method: z.string().optional(), reason: z.string() }),
  ),
})

export type ClassScore = z.infer<typeof classScoreSchema>
export type ClassDifference = z.infer<typeof classDifferenceSchema>
export type ClassMethod = z.infer<typeof classMethodSchema>
export type ClassColumn = z.infer<typeof classColumnSchema>
export type ClassScores = z.infer<typeof classScoresSchema>
