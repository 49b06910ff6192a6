import { z } from 'zod'

const maybe = z.number().nullable()
/** [x, y] a frame in pixels of the clip's frames; null where nothing is seen. */
const trackSchema = z.array(z.tuple([z.number(), z.number()]).nullable())
const word = z.string().max(200)

const motionSchema = z.object({
  moved: z.boolean(),
  /** First frame further than delta from frame 0. */
  onset: maybe,
  /** Seconds after the truth's. */
  onsetError: maybe,
  /** Degrees, 0..180. */
  directionError: maybe,
  /** log2 of generated over true speed. */
  speedRatio: maybe,
  /** In furthest true displacements. */
  pathError: maybe,
})

const effectSchema = z.object({
  /** Pixels. */
  effect: z.number(),
  responds: z.boolean(),
  /** In deltas. */
  earlyLeak: maybe,
  rightDirection: z.boolean().nullable(),
})

const objectRowSchema = z.object({
  object: word,
  name: word,
  /** Pixels that count as no movement. */
  delta: z.number(),
  /** Hits after a driver; null where force never reaches it. */
  depth: maybe,
  /** In the truth. */
  moved: z.boolean(),
  onset: maybe,
  truth: trackSchema,
  generated: motionSchema,
  /** The truth seen through the same tracker. */
  tracked: motionSchema,
  /** In the generated video. */
  track: trackSchema,
})

const pairRowSchema = z.object({
  /** Id and name of the driver that is taken away. */
  without: word,
  driver: word,
  object: word,
  name: word,
  delta: z.number(),
  /** `also`: affected, and reached later by another driver: what is true of it nobody knows. */
  kind: z.enum(['affected', 'unaffected', 'also']),
  /** First frame at or after the hit. */
  reach: maybe,
  /** Whether what happens without the driver is known; else it is taken to go on as before the hit. */
  known: z.boolean(),
  generated: effectSchema,
  tracked: effectSchema,
  /** In the video without the driver. */
  track: trackSchema,
  /** Where it goes in the truth without the driver, as known or as expected; its start is the clip's. */
  truth: trackSchema,
})

/** What probes find of one sample of a clip: everything that their scores and pages are made of. */
export const probeNotesSchema = z.object({
  objects: z.array(objectRowSchema).max(1000),
  pairs: z.array(pairRowSchema).max(10_000),
  /** Pairs without a video, and why, with how many objects they would have asked about. */
  missingPairs: z
    .array(
      z.object({
        without: word,
        driver: word,
        reason: z.string(),
        affected: z.number().int().nonnegative(),
        unaffected: z.number().int().nonnegative(),
      }),
    )
    .max(1000),
})

/** The same as a file beside a record, for its pages: `media/<method>/<clip>.probe.json`. */
export const probePageSchema = probeNotesSchema.extend({
  schema: z.literal('kinemetric/probe@1'),
  /** [height, width] of the frames. */
  size: z.tuple([z.number().int().positive(), z.number().int().positive()]),
  fps: z.number().positive().nullable(),
})

export type ProbeNotes = z.infer<typeof probeNotesSchema>
export type ProbeObjectRow = ProbeNotes['objects'][number]
export type ProbePairRow = ProbeNotes['pairs'][number]
export type ProbePage = z.infer<typeof probePageSchema>
