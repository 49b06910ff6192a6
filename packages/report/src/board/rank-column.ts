/**
 * The best (1) and second best (2) of comparable values, null for all others. Equal values share a rank; two that share the best leave no second
 * place. With fewer than two values nothing is marked: the best of one says nothing.
 */
export function rankColumn(values: readonly (number | null)[], better: 'higher' | 'lower'): (1 | 2 | null)[] {
  const present = values.filter((value): value is number => value !== null && Number.isFinite(value))
  if (present.length < 2) return values.map(() => null)
  const sorted = present.toSorted((a, b) => (better === 'higher' ? b - a : a - b))
  const [best, second] = sorted
  return values.map((value) => {
    if (value === best) return 1
    return value === second && second !== best ? 2 : null
  })
}
