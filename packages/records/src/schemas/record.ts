import { z } from 'zod'
import { failureSchema } from './failure.ts'
import { boundSchema, idSchema, relativePathSchema, sha256Schema, sizeSchema } from './names.ts'
import { intervalSchema, scoreSchema } from './score.ts'

/** A paired test of this method against another on the same clips; `difference` is this minus other, in the metric's unit. */
export const comparisonSchema = z.strictObject({
  metric: z.string(),
  recipe: z.string(),
  with: z.strictObject({ id: idSchema, name: z.string() }),
  signature: z.string(),
  value: z.number(),
  otherValue: z.number(),
  difference: z.number(),
  interval: intervalSchema.nullable(),
  pValue: z.number().min(0).max(1).nullable(),
  n: z.number().int().nonnegative(),
  test: z.string(),
  better: z.enum(['this', 'other', 'neither']),
})

/** The frozen protocol that was followed, as far as a reader of scores needs it. `size` is [height, width], null where each clip keeps its own. */
export const recordProtocolSchema = z.strictObject({
  id: idSchema,
  version: z.number().int().positive(),
  title: z.string(),
  frames: z.union([z.number().int().positive(), z.literal('all')]),
  excludedFrames: z.array(z.number().int().nonnegative()),
  size: sizeSchema.nullable(),
  digest: sha256Schema,
})

/** Where numbers come from: who made the clips, and who scored them. Absent fields are not known. */
export const recordOriginSchema = z.strictObject({
  /** How the clips were made: by a method of this program, by a program that it ran, or elsewhere, so that only frames were handed in. */
  runner: z.enum(['native', 'program', 'frames']).optional(),
  sampledBy: z.string().min(1).optional(),
  scoredBy: z.string().min(1).optional(),
  /** The method's own authors scored it. */
  byAuthors: z.literal(true).optional(),
})

export const recordMethodSchema = z.strictObject({
  id: idSchema,
  name: z.string(),
  version: z.string().optional(),
  /** What it is, in a line. */
  summary: z.string().optional(),
  /** A baseline that does not model anything (a still image, a blur): shown, never ranked as a method. */
  trivial: z.boolean(),
  /** What a trivial baseline bounds: drawn apart as a floor or a ceiling, never ranked. */
  bound: boundSchema.optional(),
  paper: z.strictObject({ title: z.string(), url: z.string().optional() }).optional(),
  alignment: z.enum(['frame', 'timestamps', 'none']).optional(),
  /** The resolved configuration of the run that generated the clips, from its run.json. */
  config: z.record(z.string(), z.json()).optional(),
  origin: recordOriginSchema.optional(),
  /** Weights that generated the clips, from that run.json; an id that begins with `unverified:` is of what nothing vouches for. */
  weights: z.array(z.strictObject({ id: z.string(), sha256: sha256Schema, licence: z.string() })).optional(),
})

export const recordMachineSchema = z.strictObject({
  cpu: z.string(),
  cores: z.number().int().positive(),
  memoryBytes: z.number().int().positive(),
  os: z.string(),
  arch: z.string(),
  node: z.string(),
  onnxruntime: z.string().nullable(),
})

export const provenanceSchema = z.strictObject({
  code: z.strictObject({
    name: z.literal('kinemetric'),
    version: z.string(),
    commit: z.string().nullable(),
    dirty: z.boolean().nullable(),
  }),
  weights: z.array(z.strictObject({ id: z.string(), sha256: sha256Schema, licence: z.string() })),
  /** Networks that measured, by what they were asked for; the address of kept features is made of it. */
  networks: z
    .array(
      z.strictObject({
        key: z.string(),
        network: z.string(),
        digest: z.string(),
        /** Of a tracker what else changes its tracks: rows that are made of them are kept under it. */
        settings: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
      }),
    )
    .optional(),
  /** sha256 over the sorted "clip hash" lines of the decoded frames that were scored, each side; null where nothing was held against a reference. */
  frames: z.strictObject({ generated: sha256Schema, reference: sha256Schema.nullable() }),
  manifest: sha256Schema.nullable(),
  decoder: z.strictObject({ name: z.string(), version: z.string() }),
  provider: z.string(),
  machine: recordMachineSchema,
})

/** Media that the site plays beside the scores; every path is relative to the record's folder. */
export const mediaSchema = z.strictObject({
  clips: z.array(
    z.strictObject({
      clip: z.string(),
      label: z.string().optional(),
      reference: relativePathSchema.optional(),
      control: relativePathSchema.optional(),
      generated: relativePathSchema.optional(),
      tracks: relativePathSchema.optional(),
      /** What probes found of it: `probePageSchema`. */
      probe: relativePathSchema.optional(),
      /** The videos of the clip's pairs, each without one driver. */
      pairs: z
        .array(
          z.strictObject({
            without: z.string(),
            control: relativePathSchema.optional(),
            /** What really happens without it, where the data set knows. */
            reference: relativePathSchema.optional(),
            generated: relativePathSchema.optional(),
          }),
        )
        .optional(),
    }),
  ),
})

/** Protocol x method: scores, failures, provenance. Holds no time of day, so that a resumed run ends with the same bytes. */
export const recordSchema = z.strictObject({
  schema: z.literal('kinemetric/record@1'),
  kind: z.literal('measurement'),
  protocol: recordProtocolSchema,
  method: recordMethodSchema,
  scores: z.array(scoreSchema),
  failures: z.array(failureSchema),
  clips: z.strictObject({
    total: z.number().int().nonnegative(),
    scored: z.number().int().nonnegative(),
    failed: z.number().int().nonnegative(),
    /** The Parquet file of per-clip, per-frame values, relative to the record's folder. */
    table: relativePathSchema.nullable(),
    /**
     * JSON Lines of { clip, sample?, unit?, generated, reference?, frames }: the decoded-frame hashes of every scored clip; of one that has no reference its own alone. `unit` is the source video of
     * clips that share it with others (elsewhere the clip is its own unit), `sample` stands where a clip has several samples.
     */
    hashes: relativePathSchema.nullable().optional(),
  }),
  /** Where clips have several samples: their names (seeds) over all clips, and how many a clip has. */
  samples: z
    .strictObject({
      names: z.array(z.string()),
      fewest: z.number().int().positive(),
      most: z.number().int().positive(),
    })
    .optional(),
  comparisons: z.array(comparisonSchema).optional(),
  warnings: z.array(z.string()).optional(),
  provenance: provenanceSchema,
  media: mediaSchema.optional(),
})

export type KinemetricRecord = z.infer<typeof recordSchema>
export type RecordComparison = z.infer<typeof comparisonSchema>
export type RecordProtocol = z.infer<typeof recordProtocolSchema>
export type RecordMethod = z.infer<typeof recordMethodSchema>
export type RecordOrigin = z.infer<typeof recordOriginSchema>
export type RecordMachine = z.infer<typeof recordMachineSchema>
export type RecordProvenance = z.infer<typeof provenanceSchema>
export type RecordMedia = z.infer<typeof mediaSchema>
