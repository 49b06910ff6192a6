/** How many other clips' references each generated clip is held against, at most, to know what unrelated videos get. */
export const UNRELATED_PAIRINGS = 5

/** The first `count` of a sequence. */
export function firstOf<T>(sequence: Iterable<T>, count: number): T[] {
  const found: T[] = []
  if (count < 1) return found
  for (const each of sequence) if (found.push(each) >= count) break
  return found
}
