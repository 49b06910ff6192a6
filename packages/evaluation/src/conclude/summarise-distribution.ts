import { MetricError, scoreDistance, signature } from '@kinemetric/metrics'
import type { Score, ScoreDetails } from '@kinemetric/records'
import { z } from 'zod'
import type { KeptFeatures } from '../store/kept-features.ts'
import type { MetricName } from '../plan/metric-name.ts'
import type { Protocol } from '@kinemetric/benchmark'

/** How many of the most influential clips a record names. */
const INFLUENTIAL = 10

/** The parts of `scoreDistance`'s details that a record has its own form for. */
const distanceDetailsSchema = z.looseObject({
  dimension: z.number(),
  rows: z.unknown().optional(),
  clips: z.unknown().optional(),
  extrapolation: z
    .looseObject({ value: z.number(), curve: z.array(z.object({ clips: z.number(), value: z.number() })) })
    .optional(),
  influence: z
    .object({
      method: z.string(),
      clips: z.array(z.object({ clip: z.union([z.string(), z.number()]), change: z.number() })),
    })
    .optional(),
})

/**
 * The score of a distribution metric with interval, extrapolation and influential clips. A set that the metric refuses (one clip, too few rows for
 * its subsets) has no value and says why.
 */
export async function summariseDistribution(
  { info, recipe, shown, extra }: MetricName,
  generated: KeptFeatures,
  reference: KeptFeatures,
  protocol: Protocol,
): Promise<Score> {
  try {
    const score = await scoreDistance(info.id, generated, reference, {
      recipe,
      interval: { seed: protocol.identity.seeds.bootstrap, level: protocol.identity.bootstrap.level, paired: true },
      influential: INFLUENTIAL,
      clipNames: generated.clips,
      extra,
    })
    return {
      ...score,
      recipe: shown,
      details: recordDetails(score.value, score.details, {
        generated: generated.rows,
        reference: reference.rows,
        clips: generated.clips.length,
      }),
    }
  } catch (error) {
    if (!(error instanceof MetricError)) throw error
    const base = { metric: info.id, recipe: shown, unit: info.unit, better: info.better }
    return {
      ...base,
      value: null,
      n: generated.rows,
      interval: null,
      signature: signature(info, recipe, extra),
      warnings: [error.message],
    }
  }
}

/** The details in the record's form: the N-curve as columns, what each influential clip's absence would change. */
function recordDetails(
  value: number | null,
  found: unknown,
  sizes: { generated: number; reference: number; clips: number },
): ScoreDetails {
  const {
    dimension,
    rows: _rows,
    clips: _clips,
    extrapolation,
    influence,
    ...others
  } = distanceDetailsSchema.parse(found)
  const details: ScoreDetails = { ...others, sampleSize: { ...sizes, dimension } }
  if (extrapolation !== undefined) {
    const { value: intercept, curve, ...how } = extrapolation
    details.extrapolation = {
      ns: curve.map((point) => point.clips),
      values: curve.map((point) => point.value),
      intercept,
      ...how,
    }
  }
  if (influence !== undefined && value !== null) {
    // The metric counts what a clip adds, the record what its absence changes.
    details.influence = influence.clips.map(({ clip, change }) => ({
      clip: String(clip),
      without: value - change,
      change: -change,
    }))
    details.influenceMethod = influence.method
  }
  return details
}
