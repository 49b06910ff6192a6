import { z } from 'zod'

/** A number as JSON can hold it: infinities and NaN (PSNR of equal frames, motion of nothing) as words. */
const storedNumber = z.union([z.number(), z.enum(['Infinity', '-Infinity', 'NaN'])])
export type StoredNumber = z.infer<typeof storedNumber>

const failureSchema = z.object({ clip: z.string(), reason: z.string(), message: z.string() })

/** How the tracks of one object of one clip moved, for the motion metrics' details. */
const objectMotionSchema = z.object({
  kind: z.enum(['mask', 'box-grid', 'grid']),
  object: z.string(),
  /** Size of the object's mask in pixels. */
  pixels: z.number().int(),
  /** Set where the object is not scored. */
  skipped: z.string().nullable(),
  directions: z.object({ generatedToReference: storedNumber, referenceToGenerated: storedNumber }).nullable(),
  staticShare: z.object({ generated: z.number(), reference: z.number() }).nullable(),
  invisibleShare: z.object({ generated: z.number(), reference: z.number() }).nullable(),
  /** Cache keys of the tracks, for the shuffled baseline and the media. */
  tracks: z.object({ generated: z.string(), reference: z.string() }).nullable(),
})

const scoredSchema = z.object({
  clip: z.string(),
  stamp: z.string(),
  generated: z.string(),
  reference: z.string(),
  /** [height, width] */
  size: z.tuple([z.number(), z.number()]),
  frames: z.number().int(),
  /** Metric key to values: one per frame (with the frames' indices) or one for the clip (frame -1). */
  values: z.record(z.string(), z.object({ frames: z.array(z.number().int()), values: z.array(storedNumber) })),
  /** Feature key (network and preprocessing) to the rows' places in the feature store. */
  features: z.record(z.string(), z.object({ generated: z.string(), reference: z.string() })),
  motion: z.array(objectMotionSchema).optional(),
  /** Metrics that this clip could not have. */
  failures: z.array(failureSchema),
  warnings: z.array(z.string()),
})

const failedSchema = z.object({ clip: z.string(), stamp: z.string(), failure: failureSchema })

/** What became of one clip: a line of the journal. */
export const clipOutcomeSchema = z.union([failedSchema, scoredSchema])

export type ScoredClip = z.infer<typeof scoredSchema>
export type FailedClip = z.infer<typeof failedSchema>
export type ClipOutcome = z.infer<typeof clipOutcomeSchema>
export type ObjectMotion = z.infer<typeof objectMotionSchema>

export function toStored(value: number): StoredNumber {
  if (Number.isFinite(value)) return value
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity'
}

export function fromStored(value: StoredNumber): number {
  return Number(value)
}
