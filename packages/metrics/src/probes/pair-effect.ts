import { angleBetween, differenceOf, type Displacements, furthest, latestAt, lengthOf } from './object-track.ts'

// What taking a driver out of the control signal changes in a generated video, object by object: D(t) = d_A(t) − d_B(t), A with the driver and B without,
// both of the same image and noise. Ours; docs/probes.md has the definitions.

/** Steps before the hit whose mean velocity goes on where the truth without the driver is not known. */
const INERTIAL_STEPS = 3

/** What one object does otherwise in B than in A. */
export interface PairEffect {
  /** max_t |D(t)|, pixels. */
  effect: number
  /** Whether that is more than delta. */
  responds: boolean
  /** Of an affected object: max |D(t)| before the hit, in deltas; null where there is no frame before it, or no hit. */
  earlyLeak: number | null
  /** Of an affected object that responds and is expected to by more than delta at the end: whether D ends within 90° of what is expected. */
  rightDirection: boolean | null
}

/**
 * @param a displacements of the object in the video with the driver, `[T]`
 * @param b in the video without
 * @param of delta in pixels; `reach` the first frame at or after the hit, undefined for an object that is not affected; `expected` E(t)
 */
export function pairEffect(
  a: Displacements,
  b: Displacements,
  { delta, reach, expected }: { delta: number; reach?: number | undefined; expected?: Displacements | undefined },
): PairEffect {
  const difference = differenceOf(a, b)
  const effect = furthest(difference)
  const responds = effect > delta
  const before = reach === undefined ? [] : difference.slice(0, reach).filter((d) => d !== null)
  return {
    effect,
    responds,
    earlyLeak: before.length === 0 ? null : furthest(before) / delta,
    rightDirection: responds && expected !== undefined ? endsRight(difference, expected, delta) : null,
  }
}

/** Whether the last D points where the last E does; null where E says nothing. A D of no length at the end points nowhere: it is not right. */
function endsRight(difference: Displacements, expected: Displacements, delta: number): boolean | null {
  const wanted = latestAt(expected, expected.length - 1)
  const found = latestAt(difference, difference.length - 1)
  if (wanted === null || found === null || lengthOf(wanted) <= delta) return null
  const angle = angleBetween(found, wanted)
  return angle !== null && angle < 90
}

/**
 * Where an object would go without a hit of which nothing else is known: as it does up to the hit, then straight on with the mean velocity of its last steps
 * before it; where it is, if it had not moved by more than delta.
 * @param a its true displacements with the hit, `[T]`
 * @param reach the first frame at or after the hit
 */
export function inertialDisplacements(a: Displacements, reach: number, delta: number): Displacements {
  const last = Math.max(reach - 1, 0)
  const at = latestAt(a, last) ?? [0, 0]
  const moves = furthest(a.slice(0, reach)) > delta
  const from = Math.max(last - INERTIAL_STEPS, 0)
  const before = latestAt(a, from) ?? [0, 0]
  const steps = last - from
  const velocity = moves && steps > 0 ? [(at[0] - before[0]) / steps, (at[1] - before[1]) / steps] : [0, 0]
  return a.map((d, t) => {
    if (t < reach) return d
    const further = t - last
    return [at[0] + further * velocity[0], at[1] + further * velocity[1]]
  })
}

/**
 * E(t) = d_A(t) − d_B(t) in the truth; B as far as it is known, else inertial.
 * @param truth d_A, `[T]` [dx, dy] in pixels
 * @param reach the first frame at or after the hit
 * @param delta pixels that count as no movement
 * @param without d_B, `[T]`; undefined where nobody knows it
 */
export function expectedDifference(
  truth: Displacements,
  reach: number,
  delta: number,
  without: Displacements | undefined,
): Displacements {
  return differenceOf(truth, without ?? inertialDisplacements(truth, reach, delta))
}
