import { z } from 'zod'

/** How often features (or tracks) of one side came from the cache, and how often a network had to run. */
export const cacheCountersSchema = z.strictObject({
  hits: z.number().int().nonnegative(),
  misses: z.number().int().nonnegative(),
  /** Entries that were there and were refused: corrupt or of another version. Each is also a miss. */
  rejected: z.number().int().nonnegative(),
  networkRuns: z.number().int().nonnegative(),
})

/** How long the run that made the clips took over a sample, and on what: as its items and its run.json say. Shown, never ranked. */
export const runCostSchema = z.strictObject({
  /** The median over its samples; loading weights stands in none of them but the first. */
  secondsPerSample: z.number().nonnegative(),
  /** Samples that say how long they took. */
  samples: z.number().int().positive(),
  /** Devices in words, each once: `cpu, Intel Xeon, 2 cores`; [] where the run does not say. */
  devices: z.array(z.string()),
})

/** `<method>.run.json` beside the record: what may differ from run to run and therefore may not stand in the record. */
export const runSchema = z.strictObject({
  schema: z.literal('kinemetric/run@1'),
  record: z.string(),
  started: z.iso.datetime(),
  finished: z.iso.datetime(),
  wallMs: z.number().nonnegative(),
  peakRssBytes: z.number().int().nonnegative(),
  clips: z.strictObject({
    total: z.number().int(),
    resumed: z.number().int(),
    scoredNow: z.number().int(),
    failed: z.number().int(),
  }),
  /** Feature and track cache by side. `reference.networkRuns` is 0 for a second method against a warm cache. */
  cache: z.strictObject({ enabled: z.boolean(), generated: cacheCountersSchema, reference: cacheCountersSchema }),
  timingsMs: z.record(z.string(), z.number()),
  warnings: z.array(z.string()),
  /** What making the clips took; absent where their folder does not say. Two runs that make the same frames take other times, so that it stands in no record. */
  generation: runCostSchema.optional(),
})

export type RunSidecar = z.infer<typeof runSchema>
export type CacheCounters = z.infer<typeof cacheCountersSchema>
export type RunCost = z.infer<typeof runCostSchema>
