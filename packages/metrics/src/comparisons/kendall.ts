/**
 * Kendall's τ_b: agreement of two orders, corrected for ties; null where one side has no order at all.
 * Source: Kendall, Biometrika 33 (1945) 239; equals scipy.stats.kendalltau.
 */
export function kendallTau(x: ArrayLike<number>, y: ArrayLike<number>): number | null {
  let balance = 0
  let tiesX = 0
  let tiesY = 0
  for (let i = 0; i < x.length; i++)
    for (let j = 0; j < i; j++) {
      const a = Math.sign(x[i] - x[j])
      const b = Math.sign(y[i] - y[j])
      balance += a * b
      if (a === 0) tiesX++
      if (b === 0) tiesY++
    }
  const pairs = (x.length * (x.length - 1)) / 2
  const scale = Math.sqrt((pairs - tiesX) * (pairs - tiesY))
  return scale === 0 ? null : balance / scale
}
