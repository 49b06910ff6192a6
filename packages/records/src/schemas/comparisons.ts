import { z } from 'zod'
import { recordProtocolSchema } from './record.ts'
import { sha256Schema } from './names.ts'

const probability = z.number().min(0).max(1)

/** Bounds in the metric's unit. */
export const boundsSchema = z.strictObject({ low: z.number(), high: z.number() })

/**
 * Which conclusion a pair allows. It comes from the adjusted p alone: `cannot-separate` where even the smallest p that this number of units has is above
 * alpha, `not-resolved` for a distance between sets whose difference is below what this number of clips resolves.
 */
export const verdictSchema = z.enum([
  'first-better',
  'second-better',
  'not-separated',
  'cannot-separate',
  'not-resolved',
  'identical',
])

/** Of a protocol of more methods neither tables nor pages compare all at once: pairs grow with the square, and nothing is left after the correction. */
export const mostMethods = 100

/** Two methods on the clips that both have, against the same reference frames. `difference` is first − second, in the metric's unit. */
export const comparedPairSchema = z.strictObject({
  first: z.string(),
  second: z.string(),
  firstValue: z.number(),
  secondValue: z.number(),
  difference: z.number(),
  /** Of the differences of the units; null for distances between sets, and for one unit. */
  sd: z.number().nullable(),
  /** Of the difference: 0 lies outside exactly where p ≤ alpha (sign flips). */
  interval: boundsSchema.nullable(),
  /** Why there is no interval, or no verdict. */
  reason: z.string().optional(),
  test: z.enum(['sign-flip-exact', 'sign-flip-mc', 'jackknife+exchange', 'jackknife']),
  p: probability,
  /** After Holm over the family. */
  pAdjusted: probability,
  /** After Holm over all columns together. */
  pAdjustedTable: probability,
  /** The smallest p that this number of units, or of draws, can give. */
  smallestP: probability,
  draws: z.number().int().positive().nullable(),
  seed: z.number().int().nonnegative(),
  /** Units whose difference is not 0. */
  moving: z.number().int().nonnegative(),
  /** Units on which the first is larger, smaller, neither. */
  larger: z.number().int().nonnegative(),
  smaller: z.number().int().nonnegative(),
  equal: z.number().int().nonnegative(),
  /** The differences are skewed and few: p tests exchangeability, not the mean. */
  skewed: z.boolean(),
  verdict: verdictSchema,
  /** The difference that this number of units would have shown with a probability of 80 %. */
  detectable80: z.number().nullable(),
  /** Distances between sets: a difference below this is not resolved at this number of clips. */
  resolution: z.number().optional(),
  /** Distances between sets: the two tests behind p. */
  tests: z.strictObject({ jackknife: probability, exchange: probability.nullable() }).optional(),
})

export const rankedMethodSchema = z.strictObject({
  method: z.string(),
  /** Over the common clips. */
  value: z.number(),
  /** Of this method alone, over the common clips; intervals of two methods are not compared by eye. */
  interval: boundsSchema.nullable().optional(),
  rankLow: z.number().int().positive(),
  rankHigh: z.number().int().positive(),
  /** 1: no separated better method; 2: none outside layer 1; … */
  layer: z.number().int().positive(),
  mark: z.enum(['bold', 'underline', 'none']),
  atFloor: z.boolean().optional(),
})

/** A method against chance: its generated clips held against the references of other clips. */
export const aboveChanceSchema = z.strictObject({
  method: z.string(),
  /** The method's own score and its level by chance, over the clips that have both. */
  value: z.number(),
  chance: z.number(),
  units: z.number().int().nonnegative(),
  /** One-sided. */
  p: probability,
  pAdjusted: probability,
  above: z.boolean(),
})

/** How the order behaves when the clips are drawn again: description, no test. */
export const stabilitySchema = z.strictObject({
  resamples: z.number().int().positive(),
  seed: z.number().int().nonnegative(),
  /** Share of the resamples with the same full order. */
  sameOrder: probability,
  /** A method each: share in which it is first, and share on each rank. */
  methods: z.array(z.strictObject({ method: z.string(), first: probability, ranks: z.array(probability) })),
  /** Mean Kendall τ_b with the printed order. */
  tau: z.number().nullable(),
})

/** The same methods on the same clips under another recipe of the metric. */
export const otherRecipeSchema = z.strictObject({
  recipe: z.string(),
  signature: z.string(),
  /** Kendall τ_b of the methods' values with this column's. */
  tau: z.number().nullable(),
  /** Pairs that are separated in both or neither, in the other only, in this only, and in both with opposite signs. */
  kept: z.number().int().nonnegative(),
  appears: z.number().int().nonnegative(),
  vanishes: z.number().int().nonnegative(),
  reversed: z.array(z.tuple([z.string(), z.string()])),
})

/** All pairs of ranked methods under one metric and signature. */
export const comparedColumnSchema = z.strictObject({
  metric: z.string(),
  recipe: z.string(),
  signature: z.string(),
  better: z.enum(['higher', 'lower']),
  family: z.strictObject({
    kind: z.enum(['column', 'table']),
    /** Pairs that are corrected for together. */
    comparisons: z.number().int().nonnegative(),
    methods: z.array(z.string()),
  }),
  alpha: probability,
  clips: z.strictObject({
    /** Clips on which all ranked methods have a value against the same reference frames. */
    common: z.number().int().nonnegative(),
    protocol: z.number().int().nonnegative(),
    /** Clips left out since the methods were scored against other reference frames. */
    otherReference: z.number().int().nonnegative(),
  }),
  /** Source videos behind the common clips. */
  units: z.number().int().nonnegative(),
  /** Why there are no pairs, or no ranks. */
  reason: z.string().optional(),
  pairs: z.array(comparedPairSchema),
  ranks: z.array(rankedMethodSchema),
  /** Methods that are shown and not ranked, and why. */
  unranked: z.array(z.strictObject({ method: z.string(), value: z.number().nullable(), reason: z.string() })),
  /** Ranked methods against trivial ones, floors and ceilings; a family of its own a method. */
  trivialPairs: z.array(comparedPairSchema).optional(),
  aboveChance: z.array(aboveChanceSchema).optional(),
  stability: stabilitySchema.optional(),
  otherRecipes: z.array(otherRecipeSchema).optional(),
  warnings: z.array(z.string()).optional(),
})

/** A record that something was made of: sha256 of its file, of its table and of its hashes. Changed ones make what was made stale. */
export const comparedRecordSchema = z.strictObject({
  method: z.string(),
  name: z.string(),
  record: sha256Schema,
  table: sha256Schema.nullable(),
  hashes: sha256Schema.nullable(),
})

/** What can be said of the methods of one protocol; lies beside their records, and names the records that it was made of. */
export const comparisonsSchema = z.strictObject({
  schema: z.literal('kinemetric/comparisons@1'),
  protocol: recordProtocolSchema.pick({ id: true, version: true, digest: true }),
  records: z.array(comparedRecordSchema),
  alpha: probability,
  family: z.enum(['column', 'table']),
  seed: z.number().int().nonnegative(),
  /** Of sign flips, where there are too many units to take all. */
  draws: z.number().int().positive(),
  columns: z.array(comparedColumnSchema),
})

export type Bounds = z.infer<typeof boundsSchema>
export type Verdict = z.infer<typeof verdictSchema>
export type ComparedPair = z.infer<typeof comparedPairSchema>
export type RankedMethod = z.infer<typeof rankedMethodSchema>
export type AboveChance = z.infer<typeof aboveChanceSchema>
export type Stability = z.infer<typeof stabilitySchema>
export type OtherRecipe = z.infer<typeof otherRecipeSchema>
export type ComparedColumn = z.infer<typeof comparedColumnSchema>
export type Comparisons = z.infer<typeof comparisonsSchema>
