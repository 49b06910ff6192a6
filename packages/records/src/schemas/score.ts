import { z } from 'zod'

/** An interval around a score: bounds in the score's unit, level in (0, 1), and how it was found. */
export const intervalSchema = z.strictObject({
  low: z.number(),
  high: z.number(),
  level: z.number().gt(0).lt(1),
  method: z.string(),
})

/** Score against 1/N and the line through it: `intercept` is the value expected of infinitely many samples. */
export const extrapolationSchema = z.looseObject({
  ns: z.array(z.number().int().positive()),
  values: z.array(z.number()),
  intercept: z.number(),
  /** Rise with 1/N. */
  slope: z.number().optional(),
  /** Share of the curve's variance that the line explains. */
  fit: z.number().optional(),
  /** Random choices of clips behind each value. */
  repeats: z.number().int().optional(),
  method: z.string().optional(),
})

/** What the score would be without one clip; `change` is that value minus the score of all clips. */
export const influenceSchema = z.looseObject({ clip: z.string(), without: z.number(), change: z.number() })

/** What stands behind a motion score: tracker, points, both directions, and what unrelated motion would get. */
export const motionDetailsSchema = z.looseObject({
  tracker: z.string(),
  points: z.number().int().positive(),
  seed: z.number().int(),
  directions: z
    .strictObject({ generatedToReference: z.number().nullable(), referenceToGenerated: z.number().nullable() })
    .optional(),
  skipped: z.array(
    z.strictObject({ clip: z.string(), object: z.string().nullable(), pixels: z.number().int(), reason: z.string() }),
  ),
  staticShare: z.strictObject({ generated: z.number().nullable(), reference: z.number().nullable() }),
  invisibleShare: z.strictObject({ generated: z.number().nullable(), reference: z.number().nullable() }),
  shuffledBaseline: z
    .strictObject({ value: z.number().nullable(), n: z.number().int(), seed: z.number().int() })
    .optional(),
  /** Clips in which every object was skipped. */
  clipsSkipped: z.number().int().nonnegative().optional(),
  /** Objects that were scored. */
  objects: z.number().int().nonnegative().optional(),
})

/** Sample sizes behind a distribution metric: rows and clips of each side, and the features' dimension. */
export const sampleSizeSchema = z.looseObject({
  generated: z.number().int(),
  reference: z.number().int(),
  clips: z.number().int().optional(),
  dimension: z.number().int(),
  /** Rows of the smaller side a dimension, N/D. */
  rowsPerDimension: z.number().optional(),
})

const meanAndPoint = z.looseObject({ mean: z.number(), q95: z.number() })

/**
 * What a perfect generator would get. `halves`: from random halves of the reference (their mean and 95 % point); at the reference's own size it is half of
 * them where N/D is 2 or more; below it lies between `low` and `high`, and `text` says so. `further`: of as many further real clips, which is the floor itself.
 */
export const floorSchema = z.looseObject({
  kind: z.enum(['halves', 'further']),
  splits: z.number().int().positive(),
  seed: z.number().int(),
  units: z.number().int().positive(),
  rows: z.number().int().positive(),
  halves: meanAndPoint.optional(),
  low: meanAndPoint,
  high: meanAndPoint,
  /** As tables print it: `0.16`, or `0.81–1.62`. */
  text: z.string(),
  /** The value is not told from a second sample of the reference: it is at most the 95 % point. */
  atFloor: z.boolean(),
})

/** Standard error of a distance, and what it was found by: what the resolution of differences at this number of units rests on. */
export const distanceErrorSchema = z.looseObject({
  se: z.number(),
  units: z.number().int().positive(),
  method: z.string(),
  sides: z.string(),
})

/** How a metric is called and printed; travels with its score, so that a report needs no list of metrics. */
export const labelSchema = z.strictObject({
  /** Column heading: `FVD`. */
  short: z.string().min(1),
  /** Heading for readers: `Fréchet video distance`. */
  long: z.string().min(1),
  /** Digits after the decimal point. */
  decimals: z.number().int().min(0).max(20),
  /** What it is asked: `image`, `prdc`. Missing in records of versions before groups; another version may know more groups. */
  group: z.string().min(1).optional(),
})

/**
 * Where clips have several samples: how many a clip has at least and at most. Of metrics with values per clip also the variances of samples within a clip
 * (`withinVariance`) and of clips without what samples add (`betweenVariance`), their share, and two standard errors: the same clips with new samples, and
 * what is left with infinitely many. Of sets the distance of each sample, and their standard deviation.
 */
export const samplesSchema = z.looseObject({
  fewest: z.number().int().nonnegative(),
  most: z.number().int().nonnegative(),
  withinVariance: z.number().nullable().optional(),
  betweenVariance: z.number().nullable().optional(),
  intraclass: z.number().nullable().optional(),
  seSeedsOnly: z.number().nullable().optional(),
  seWithInfinitelyManySamples: z.number().nullable().optional(),
  values: z.array(z.number()).optional(),
  sd: z.number().optional(),
  /** The best of so many, chosen by the metric against the reference. */
  bestOf: z.number().int().positive().optional(),
})

/**
 * What this method's own clips get against the references of other clips (`pairings` at most, the mean over them for each clip): the level of chance. The
 * clips' values stand in the per-clip table under the recipe with `+unrelated` behind it.
 */
export const unrelatedSchema = z.looseObject({
  value: z.number().nullable(),
  /** Clips that have one. */
  n: z.number().int().nonnegative(),
  pairings: z.number().int().positive(),
  /** Of the pairing. */
  seed: z.number().int(),
  /** `kept`: from what was kept of each clip alone (tracks); `measured`: the pairs were measured anew. */
  from: z.enum(['kept', 'measured']),
})

const shareOfObjects = z.looseObject({ objects: z.number().int().nonnegative(), share: z.number().nullable() })

/**
 * What stands behind a probe's score: how many scenes and objects it is of, what a video gets in which nothing moves (`floor`), and the truth seen through the
 * same tracker (`ceiling`: what the tracker itself loses). Of force propagation hit by hit, of counterfactual pairs both shares over all of them.
 */
export const probeDetailsSchema = z.looseObject({
  tracker: z.string(),
  scenes: z.number().int().nonnegative(),
  floor: z.number(),
  ceiling: z.number().nullable(),
  /** Objects, or of pairs an object a pair, that the score is of: of several samples in each of them. */
  objects: z.number().int().nonnegative().optional(),
  depths: z
    .array(
      z.looseObject({
        /** Hits after a driver: 1, 2, 3+. */
        depth: z.string(),
        objects: z.number().int().positive(),
        recall: z.number(),
        /** Degrees. */
        directionMedian: z.number().nullable(),
        within30: z.number().nullable(),
        /** Seconds. */
        onsetMedian: z.number().nullable(),
        speedMedian: z.number().nullable(),
        pathMedian: z.number().nullable(),
      }),
    )
    .optional(),
  falseMotion: shareOfObjects.optional(),
  pairs: z.number().int().nonnegative().optional(),
  /** Whether what happens without the driver is known, or taken to go on as before the hit. */
  truth: z.enum(['known', 'inertial', 'known and inertial']).optional(),
  responsiveness: shareOfObjects.optional(),
  leakage: shareOfObjects.optional(),
  rightDirection: shareOfObjects.optional(),
  /** In deltas, before the hit. */
  earlyLeak: z.looseObject({ objects: z.number().int().nonnegative(), median: z.number().nullable() }).optional(),
  /** Affected objects that another driver reaches later: what is true of them is not known. */
  alsoReached: shareOfObjects.optional(),
  /** Between two samples, pixels; null where clips have one. */
  noiseFloor: z
    .looseObject({ q95: z.number(), objects: z.number().int(), responsiveness: z.number().nullable() })
    .nullable()
    .optional(),
})

const takesMeasures = z.looseObject({
  mse: z.number(),
  spatiotemporal: z.number(),
  spatial: z.number(),
  weightedSpatial: z.number(),
})

/**
 * What stands behind a score of scenes that were filmed twice: what the second take would get in the generated video's place (`ceiling`), the score's own parts,
 * and the four measures that they are made of, of the generated videos and of reality against itself; also of each clip.
 */
export const takesDetailsSchema = z.looseObject({
  ceiling: z.number().nullable(),
  scenarios: z.number().int().positive(),
  subScores: takesMeasures,
  measures: z.looseObject({ generated: takesMeasures, reality: takesMeasures }),
  physicalVariance: z.number(),
  /** Of several runs each one's score, and their sample standard deviation. */
  runs: z.looseObject({ values: z.array(z.number()), sd: z.number() }).optional(),
  views: z.array(z.looseObject({ clip: z.string(), generated: takesMeasures, reality: takesMeasures })),
})

const ofBothSides = z.looseObject({ generated: z.number(), reference: z.number() })

/** Everything a score may say beyond its number. Known parts are checked and stand in this order, others pass and stand behind them as they came. */
export const scoreDetailsSchema = z.looseObject({
  sampleSize: sampleSizeSchema.optional(),
  extrapolation: extrapolationSchema.optional(),
  influence: z.array(influenceSchema).optional(),
  motion: motionDetailsSchema.optional(),
  probe: probeDetailsSchema.optional(),
  takes: takesDetailsSchema.optional(),
  /** Frames behind the mean over clips. */
  frames: z.number().int().nonnegative().optional(),
  /** Source videos, where they are fewer than the clips: what intervals and tests count. */
  units: z.number().int().positive().optional(),
  /** Shares of the clips whose value is the smallest or largest that the definition allows. */
  atBound: z.looseObject({ low: z.number(), high: z.number() }).optional(),
  /** The value over the clips without a frame at the recipe's cap (PSNR of equal frames), and how many clips have one. */
  withoutCapped: z
    .looseObject({
      capped: z.number().int().positive(),
      n: z.number().int().nonnegative(),
      value: z.number().nullable(),
    })
    .optional(),
  /** Squared distance of the means; Fréchet distances. */
  meanTerm: z.number().optional(),
  /** Null where one row of features leaves no covariance. */
  covarianceTerm: z.number().nullable().optional(),
  /** Ranks of the two covariances. */
  ranks: ofBothSides.optional(),
  /** Why the value of a set is not to be trusted: too few rows for the dimensions, unequal sides, rows that are alike. */
  flags: z.array(z.string()).optional(),
  error: distanceErrorSchema.optional(),
  floor: floorSchema.optional(),
  /** Why there is no floor, or no extrapolation. */
  noFloor: z.string().optional(),
  noExtrapolation: z.string().optional(),
  /** Spread of the value over random subsets of the recipe's size. It does not shrink with the rows: no error of the value. */
  subsetSd: z.number().optional(),
  /** The distance between the two halves of one side: what its size alone makes. In records of versions before the floor. */
  halves: z.looseObject({ side: z.enum(['generated', 'reference']), rows: z.number(), value: z.number() }).optional(),
  /** Subsets of rows; kernel distances. */
  subsets: z
    .looseObject({ count: z.number(), size: z.number(), draws: z.string(), std: z.number().optional() })
    .optional(),
  /** Mean of the resampled distances minus the distance, which the interval takes off. */
  resamplingBias: z.number().optional(),
  influenceMethod: z.string().optional(),
  samples: samplesSchema.optional(),
  unrelated: unrelatedSchema.optional(),
  /** Clips without a value, by the reason: a failure's, `skipped` where there is nothing to score, `undefined` where the metric has none. */
  missing: z.record(z.string(), z.number().int().positive()).optional(),
})

/**
 * One metric under one recipe. `value` is null where nothing could be scored; `n` counts what went in (clips for frame and clip metrics, rows for set
 * metrics). A motion score's recipe ends in `/tracker:<id>`: two trackers never share a column.
 */
export const scoreSchema = z.strictObject({
  metric: z.string().min(1),
  recipe: z.string().min(1),
  value: z.number().nullable(),
  /** Missing in records of versions before labels travelled: such a score is shown by its metric's id, with three decimals. */
  label: labelSchema.optional(),
  unit: z.string(),
  better: z.enum(['higher', 'lower']),
  n: z.number().int().nonnegative(),
  interval: intervalSchema.nullable(),
  signature: z.string().min(1),
  warnings: z.array(z.string()).optional(),
  details: scoreDetailsSchema.optional(),
})

export type Score = z.infer<typeof scoreSchema>
export type Interval = z.infer<typeof intervalSchema>
export type MetricLabel = z.infer<typeof labelSchema>
export type ScoreDetails = z.infer<typeof scoreDetailsSchema>
export type MotionDetails = z.infer<typeof motionDetailsSchema>
export type TakesDetails = z.infer<typeof takesDetailsSchema>
export type ProbeDetails = z.infer<typeof probeDetailsSchema>
