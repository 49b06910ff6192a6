/**
 * The k-th smallest of the values (k from 0), in linear time on average; reorders `values`.
 * Source: Hoare's selection (Communications of the ACM 4, 1961, algorithm 65) with the middle value as pivot.
 */
export function kthSmallest(values: Float64Array, k: number): number {
  let left = 0
  let right = values.length - 1
  while (left < right) {
    const pivot = values[(left + right) >> 1]
    let i = left
    let j = right
    while (i <= j) {
      while (values[i] < pivot) i++
      while (values[j] > pivot) j--
      if (i > j) break
      const value = values[i]
      values[i++] = values[j]
      values[j--] = value
    }
    if (k <= j) right = j
    else if (k >= i) left = i
    else return values[k]
  }
  return values[k]
}
