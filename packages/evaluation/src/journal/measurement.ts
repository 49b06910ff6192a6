import { sha256Schema } from '@kinemetric/records'
import { z } from 'zod'

/** A number as JSON can hold it: infinities and NaN (PSNR of equal frames, motion of nothing) as words. */
const storedNumber = z.union([z.number(), z.literal(['Infinity', '-Infinity', 'NaN'])])
export type StoredNumber = z.infer<typeof storedNumber>

/** Values of a metric: one a frame with the frames' indices, or one for the clip (frame −1). */
const storedSeriesSchema = z.object({ frames: z.array(z.number().int()), values: z.array(storedNumber) })
export type StoredSeries = z.infer<typeof storedSeriesSchema>

/** Which measurement a line is of: where neither stands, the clip's only sample against its own reference. */
const identity = {
  clip: z.string(),
  /** Of a clip with several samples, which. */
  sample: z.string().optional(),
  /** Another clip whose reference it was held against, to know what unrelated videos get. */
  against: z.string().optional(),
}
export interface OutcomeKey {
  clip: string
  sample?: string | undefined
  against?: string | undefined
}

/** An outcome's key as text. */
export function outcomeKey({ clip, sample, against }: OutcomeKey): string {
  return JSON.stringify([clip, sample ?? null, against ?? null])
}

const failureSchema = z.object({
  clip: z.string(),
  sample: z.string().optional(),
  reason: z.string(),
  message: z.string(),
})

const warningSchema = z.object({ side: z.enum(['generated', 'reference']), code: z.string(), message: z.string() })

/** Addresses of kept entries, which name files. */
const sidesSchema = z.object({ generated: sha256Schema, reference: sha256Schema })
const sharesSchema = z.object({ generated: z.number(), reference: z.number() })

/** An object whose points were tracked, or why they were not. */
const trackedObjectSchema = z.object({
  object: z.string(),
  pixels: z.number().int(),
  skipped: z.string().nullable(),
  staticShare: sharesSchema.nullable(),
  invisibleShare: sharesSchema.nullable(),
  /** Addresses of the tracks, for the shuffled baseline and the media. */
  tracks: sidesSchema.nullable(),
})

const measuredSchema = z.object({
  ...identity,
  /** Of the files of both sides, by content: another stamp means that the clip is measured again. */
  stamp: z.string(),
  /** sha256 of the decoded frames. */
  generated: z.string(),
  /** Absent of a clip that has no reference. */
  reference: z.string().optional(),
  /** [height, width] */
  size: z.tuple([z.number(), z.number()]),
  frames: z.number().int(),
  /** Keys of the metrics that were asked for, those that failed included. */
  measured: z.array(z.string()),
  /** Metric key to its values. */
  values: z.record(z.string(), storedSeriesSchema),
  /** Metric key to what else its conclusion needs. */
  notes: z.record(z.string(), z.json()),
  /** Need key to the addresses of kept rows of features. */
  kept: z.record(z.string(), sidesSchema),
  /** Need key to the objects that were tracked for it. */
  objects: z.record(z.string(), z.array(trackedObjectSchema)),
  /** Metrics that this clip could not have. */
  failures: z.array(failureSchema),
  /** What decoding found odd; absent where nothing was. */
  warnings: z.array(warningSchema).optional(),
})

const failedSchema = z.object({ ...identity, stamp: z.string(), failure: failureSchema })

/** A line of a journal; undefined for what is none. */
export function asOutcome(value: unknown): ClipOutcome | undefined {
  // Asked which of the two it is, it is checked once.
  const isFailed = typeof value === 'object' && value !== null && 'failure' in value
  return (isFailed ? failedSchema : measuredSchema).safeParse(value).data
}

export type ClipMeasurements = z.infer<typeof measuredSchema>
export type FailedClip = z.infer<typeof failedSchema>
/** What became of one sample of one clip: a line of the journal. */
export type ClipOutcome = FailedClip | ClipMeasurements

/** What one measurer found of one clip: its part of the clip's line. */
export type Measurement = Partial<Pick<ClipMeasurements, 'values' | 'notes' | 'kept' | 'objects' | 'failures'>>

export function toStored(value: number): StoredNumber {
  if (Number.isFinite(value)) return value
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity'
}

export function fromStored(value: StoredNumber): number {
  return Number(value)
}

/** Values of frames (or, at frame −1, of the clip) as the journal keeps them. */
export function storedSeries(frames: readonly number[], values: ArrayLike<number>): StoredSeries {
  return { frames: [...frames], values: Array.from(values, toStored) }
}
