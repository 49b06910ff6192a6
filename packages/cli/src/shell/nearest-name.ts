/** What helps with a name that nobody knows: the nearest that is known, or all where there are few; undefined where neither helps. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const distances = known.map((each) => ({ each, distance: changes(name.toLowerCase(), each.toLowerCase()) }))
  const [nearest] = distances.toSorted((a, b) => a.distance - b.distance)
  if (nearest !== undefined && nearest.distance <= Math.max(2, name.length / 3)) return `did you mean ${nearest.each}?`
  return known.length > 0 && known.length <= 12 ? `known are ${known.join(', ')}` : undefined
}

/** Letters to put in, take out, exchange or swap with their neighbour (Damerau and Levenshtein's distance, optimal string alignment). */
function changes(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, at) => at)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      let least = Math.min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + same)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, rows[i - 2][j - 2] + 1)
      row.push(least)
    }
    rows.push(row)
  }
  return rows[a.length][b.length]
}
