/** The standard normal distribution, to about 14 digits. */

/** P(Z ≤ x). */
export function normalCdf(x: number): number {
  if (x > 0) return 1 - normalCdf(-x)
  const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)
  // Near 0 the series Φ(x) = ½ + φ(x)·(x + x³/3 + x⁵/15 + …); in the tail Laplace's continued fraction.
  if (x > -3) {
    let term = x
    let sum = x
    for (let k = 3; Math.abs(term) > 1e-17; k += 2) {
      term *= (x * x) / k
      sum += term
    }
    return 0.5 + density * sum
  }
  let fraction = -x
  for (let k = 100; k >= 1; k--) fraction = -x + k / fraction
  return density / fraction
}

/** The x with P(Z ≤ x) = probability; ∓Infinity for 0 and 1. */
export function normalQuantile(probability: number): number {
  if (probability <= 0) return Number.NEGATIVE_INFINITY
  if (probability >= 1) return Number.POSITIVE_INFINITY
  if (probability > 0.5) return -normalQuantile(1 - probability)
  let low = -40
  let high = 0
  for (let step = 0; step < 80; step++) {
    const middle = (low + high) / 2
    if (normalCdf(middle) < probability) low = middle
    else high = middle
  }
  return (low + high) / 2
}
