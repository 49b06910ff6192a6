import { z } from 'zod'

/** How often features (or tracks) of one side came from the cache, and how often a network had to run. */
export const cacheCountersSchema = z.strictObject({
  hits: z.number().int().nonnegative(),
  misses: z.number().int().nonnegative(),
  /** Entries that were there and were refused: corrupt or of another version. Each is also a miss. */
  rejected: z.number().int().nonnegative(),
  networkRuns: z.number().int().nonnegative(),
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
})

export type RunSidecar = z.infer<typeof runSchema>
export type CacheCounters = z.infer<typeof cacheCountersSchema>
