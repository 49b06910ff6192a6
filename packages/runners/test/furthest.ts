/** The largest distance of two lists of one length; infinite where a value is not finite or the lengths differ. */
export function furthest(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (found.length !== expected.length) return Infinity
  let worst = 0
  for (let i = 0; i < found.length; i++) {
    const apart = Math.abs(found[i] - expected[i])
    worst = Number.isFinite(apart) ? Math.max(worst, apart) : Infinity
  }
  return worst
}
