/**
 * One value a unit (source video), of values of clips, so that clips that were cut from one video do not count as independent ones: their mean is the clips' mean.
 * @param units of each value, −1 where a clip stands for itself
 */
export function unitValues(values: Float64Array, units: Int32Array): Float64Array {
  if (units.every((unit) => unit < 0)) return values
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const sums = new Map<number, number>()
  for (const [at, value] of values.entries()) {
    // Clips by themselves have numbers of their own.
    const unit = units[at] < 0 ? -1 - at : units[at]
    sums.set(unit, (sums.get(unit) ?? 0) + value - mean)
  }
  return Float64Array.from(sums.values(), (sum) => mean + (sums.size / values.length) * sum)
}
