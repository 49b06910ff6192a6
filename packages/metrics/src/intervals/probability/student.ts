import { incompleteBeta } from './incomplete-beta.ts'

/** P(T > t) of Student's t with `df` degrees of freedom, df > 0: keeps its digits far out in the tail. */
export function studentTail(t: number, df: number): number {
  if (t < 0) return 1 - studentTail(-t, df)
  const square = t * t
  // Below the middle of the two arguments the complement keeps the digits.
  return 0.5 * incompleteBeta(df / (df + square), df / 2, 0.5, square / (df + square))
}

/** P(T ≤ t) of Student's t with `df` degrees of freedom. */
export function studentCdf(t: number, df: number): number {
  return studentTail(-t, df)
}

/** Two-sided p of a value t of Student's t: P(|T| ≥ |t|). */
export function studentP(t: number, df: number): number {
  return Math.min(1, 2 * studentTail(Math.abs(t), df))
}

const known = new Map<string, number>()

/**
 * The t with P(T ≤ t) = probability, to 1e-10 relative up to a million degrees of freedom.
 *
 * @param probability of (0, 1); 0 and 1 give ∓Infinity
 * @param df above 0
 */
export function studentQuantile(probability: number, df: number): number {
  if (probability <= 0) return Number.NEGATIVE_INFINITY
  if (probability >= 1) return Number.POSITIVE_INFINITY
  if (probability < 0.5) return -studentQuantile(1 - probability, df)
  if (probability === 0.5) return 0
  const key = `${probability}/${df}`
  let quantile = known.get(key)
  if (quantile === undefined) {
    quantile = bisect(1 - probability, df)
    // A few levels and sizes are asked for again and again.
    if (known.size < 10_000) known.set(key, quantile)
  }
  return quantile
}

/** The t above 0 whose tail is `tail`. */
function bisect(tail: number, df: number): number {
  let high = 1
  while (studentTail(high, df) > tail) high *= 2
  let low = high === 1 ? 0 : high / 2
  for (let step = 0; step < 200; step++) {
    const middle = (low + high) / 2
    if (middle === low || middle === high) break
    if (studentTail(middle, df) > tail) low = middle
    else high = middle
  }
  return (low + high) / 2
}
