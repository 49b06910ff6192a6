import { studentQuantile } from '../intervals/probability/student.ts'
import { metricError } from '../recipes/metric-error.ts'
import { signFlipTest, type SignFlipOptions } from './flips/sign-flip.ts'

/** Where a gate's margin comes from; it is the largest of its parts. */
export interface GateMargin {
  margin: number
  /** Standard deviation of the repeats' scores, and what two runs of one pipeline differ by at most in 95 % of all cases. */
  repeatabilitySd: number
  repeatabilityLimit: number
  /** Upper end of the 90 % interval of what re-encoding costs a clip; null where it was not measured. */
  codecShift: number | null
  own: number | null
  /** All repeats gave the same number: the gate compares hashes of frames too. */
  bitwise: boolean
}

/** Fewest repeats that a margin is made of. */
export const FEWEST_REPEATS = 5

/**
 * The margin of a gate "no worse than": what repeats of the unchanged pipeline differ by, what the codec costs, and the user's own, whichever is largest.
 *
 * @param repeats scores of at least 5 runs over the same clips and seeds
 * @param codecShifts a clip each, by how much re-encoding makes it worse
 * @throws KinemetricError `too-few` for fewer repeats, `not-finite`
 * Source: ISO 5725's repeatability limit 2.8·s, with Student's quantile for few repeats: t₀.₉₇₅·√2·s.
 */
export function gateMargin(
  repeats: Float64Array,
  {
    codecShifts,
    own,
    ...flips
  }: { codecShifts?: Float64Array | undefined; own?: number | undefined } & SignFlipOptions = {},
): GateMargin {
  const n = repeats.length
  if (n < FEWEST_REPEATS)
    throw metricError('too-few', 'gateMargin', { expected: `at least ${FEWEST_REPEATS} repeats`, found: `${n}` })
  const wrong = repeats.findIndex((score) => !Number.isFinite(score))
  if (wrong >= 0)
    throw metricError('not-finite', 'gateMargin', {
      expected: 'finite scores',
      found: `${repeats[wrong]} of repeat ${wrong}`,
    })
  const bitwise = repeats.every((score) => score === repeats[0])
  const mean = repeats.reduce((sum, score) => sum + score, 0) / n
  const sd = bitwise ? 0 : Math.sqrt(repeats.reduce((sum, score) => sum + (score - mean) ** 2, 0) / (n - 1))
  const limit = studentQuantile(0.975, n - 1) * Math.SQRT2 * sd
  const codec =
    codecShifts === undefined ? null : signFlipTest({ sums: codecShifts }, { ...flips, level: 0.9 }).interval
  const codecShift = codecShifts === undefined ? null : (codec?.high ?? Math.max(0, ...codecShifts))
  return {
    margin: Math.max(limit, codecShift ?? 0, own ?? 0),
    repeatabilitySd: sd,
    repeatabilityLimit: limit,
    codecShift,
    own: own ?? null,
    bitwise,
  }
}
