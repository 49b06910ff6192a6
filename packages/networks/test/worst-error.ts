/**
 * The largest relative error of found against expected numbers, after taking off the half unit that the expected ones
 * were rounded by when they were printed. Infinity where the lengths differ.
 */
export function worstError(found: ArrayLike<number>, expected: readonly number[], printed = 0): number {
  if (found.length !== expected.length) return Infinity
  const errors = expected.map((value, i) => Math.max(0, Math.abs(found[i] - value) - printed) / Math.abs(value || 1))
  return Math.max(...errors.map((error) => (Number.isNaN(error) ? Infinity : error)))
}

/** Mean and Euclidean length of a row. */
export function meanAndLength(row: Float32Array): [number, number] {
  return [row.reduce((a, b) => a + b) / row.length, Math.hypot(...row)]
}
