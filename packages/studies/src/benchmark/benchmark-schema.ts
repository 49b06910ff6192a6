import { z } from 'zod'

const wordSchema = z.string().regex(/^[a-z0-9][a-z0-9.-]*$/, 'expected small letters, digits, dots and hyphens')
const textSchema = z.string().min(1)
const settingsSchema = z.record(z.string(), z.json())

/** Data that somebody has to give: what it is, where it is had, under which licence. */
const givenSchema = z.strictObject({
  doc: textSchema,
  from: textSchema,
  licence: textSchema,
  /** `files`: one or several. */
  kind: z.enum(['folder', 'files']).default('folder'),
  /** Where it lies below the folder that is given for all of the data set, the first that is there; of `files` all of them. */
  within: z.array(textSchema).default([]),
})

/** What draws masks, for data sets that have boxes alone. */
const masksSchema = z.strictObject({ model: wordSchema, mode: z.enum(['box-per-frame', 'box-propagate']) })

const dataSchema = z.strictObject({
  /** A data set that `kinemetric prepare` knows. */
  adapter: wordSchema,
  /** Scenes of our own that are made on the spot: nothing has to be given. */
  make: z
    .strictObject({
      kind: z.literal('physics'),
      clips: z.number().int().positive(),
      seed: z.number().int().nonnegative(),
    })
    .optional(),
  /** What has to be given, by the word that stands before `=` in `--data`. */
  given: z.record(wordSchema, givenSchema).default({}),
  /** `{word}` of the data set's folder, for one that has a folder. */
  folder: textSchema.optional(),
  /** Options of the data set; `{word}` is the place of what was given under that word. */
  options: settingsSchema.default({}),
  masks: masksSchema.optional(),
  /** Small videos beside the records, for the site: only where the clips' licence allows it. */
  previews: z.boolean().default(false),
})

const methodSchema = z.strictObject({
  /** A method that comes along, or the path of a method.json from this file's folder. */
  method: textSchema,
  /** What its record is called, where not as the method: one method may stand in several rows. */
  id: wordSchema.optional(),
  name: textSchema.optional(),
  /** Those of the benchmark's protocols under which it runs; all where not given. */
  protocols: z.array(wordSchema).min(1).optional(),
  settings: settingsSchema.default({}),
  preset: wordSchema.optional(),
  /** It runs only where it is named with --methods: a program whose environment is no small matter. */
  optional: z.boolean().default(false),
})

/** A row of a paper's table, and which measurement it is held against. */
const claimSchema = z.strictObject({
  /** Folder of `baselines/` with a paper.json, or the path of such a file from this file's folder. */
  claims: textSchema,
  /** Id of the method's record. */
  method: wordSchema,
  protocol: wordSchema,
  /** Clips behind the claim, where paper.json does not say. */
  clips: z.number().int().positive().optional(),
})

/** How near a measurement must be to a claim to count as reproducing it. */
const marginSchema = z.strictObject({
  /** In the metric's unit. Half of the claim's last printed digit is added to it. */
  within: z.number().nonnegative(),
  why: textSchema,
})

const changesSchema = z
  .strictObject({
    /** Of the data set: clips are prepared and made anew. */
    options: settingsSchema.optional(),
    masks: masksSchema.optional(),
    /** Of methods that have them: clips are made anew. */
    settings: settingsSchema.optional(),
    samples: z.number().int().positive().optional(),
    /** Other recipes of metrics: `metric:recipe`. Scored again from the same clips. */
    metrics: z.array(textSchema).min(1).optional(),
    excludedFrames: z.array(z.number().int().nonnegative()).optional(),
    /** Seed of the points that are followed. */
    pointSeed: z.number().int().nonnegative().optional(),
    points: z.number().int().positive().optional(),
    tracker: wordSchema.optional(),
    /** One of several samples of each clip alone. */
    sample: z.number().int().nonnegative().optional(),
  })
  .refine((changes) => Object.keys(changes).length > 0, 'expected something that changes')

const variantSchema = z.strictObject({
  id: wordSchema,
  /** The choice that is open. */
  question: textSchema,
  /** What this variant chooses in place of it. */
  says: textSchema,
  changes: changesSchema,
})

/** A benchmark as one file: data, protocols, methods, samples, metrics, and the claims that it is held against. */
export const benchmarkSchema = z.strictObject({
  schema: z.literal('kinemetric/benchmark@1'),
  id: wordSchema,
  title: textSchema,
  summary: textSchema,
  data: dataSchema,
  /** Protocols of the toolkit, or paths of files from this file's folder. */
  protocols: z.array(textSchema).min(1),
  methods: z.array(methodSchema).min(1),
  /** Samples of each clip, of methods that can make several. */
  samples: z.number().int().positive().default(1),
  /** Of methods that draw at random. */
  seed: z.number().int().nonnegative().default(0),
  /** `metric:recipe`, exactly these; `all`: every metric of the protocol whose weights are here, and the others are said to be left out. */
  metrics: z.union([z.literal('all'), z.array(textSchema).min(1)]),
  tracker: wordSchema.default('auto'),
  /** References of how many other clips each clip is also held against, for levels of chance. */
  unrelated: z.number().int().nonnegative().default(0),
  claims: z.array(claimSchema).default([]),
  margins: z.record(wordSchema, marginSchema).default({}),
  /** By which share the number of clips may differ from the claim's. */
  clipsWithin: z.number().min(0).max(1).default(0.02),
  variants: z.array(variantSchema).default([]),
})

export type Benchmark = z.output<typeof benchmarkSchema>
export type BenchmarkMethod = Benchmark['methods'][number]
export type BenchmarkVariant = Benchmark['variants'][number]
export type MaskChoice = z.output<typeof masksSchema>
export type GivenData = Benchmark['data']['given'][string]
