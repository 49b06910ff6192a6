/**
 * p-values corrected for their number: separated are those at or below alpha, and the chance of one false separation among all is at most alpha.
 * @param p each in [0, 1]; the result is in the same order
 * Source: Holm, Scandinavian Journal of Statistics 6 (1979) 65; equals statsmodels' multipletests(method="holm").
 */
export function holm(p: readonly number[]): number[] {
  const order = p.map((_, i) => i).toSorted((a, b) => p[a] - p[b] || a - b)
  const adjusted = [...p]
  let largest = 0
  for (const [rank, i] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (p.length - rank) * p[i]))
    adjusted[i] = largest
  }
  return adjusted
}
