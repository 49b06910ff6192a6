/**
 * The word of a list that somebody who mistyped one may have meant: the one with the fewest letters to add, drop, change or swap, if these are few for its length.
 * @returns undefined where none is near
 */
export function nearestWord(word: string, words: readonly string[]): string | undefined {
  const most = Math.max(1, Math.floor(Math.min(word.length, 12) / 3))
  let nearest: { readonly word: string; readonly away: number } | undefined
  for (const each of words) {
    const away = distance(word.toLowerCase(), each.toLowerCase())
    if (away <= most && (nearest === undefined || away < nearest.away)) nearest = { word: each, away }
  }
  return nearest?.word
}

/** Damerau-Levenshtein, of neighbours that are swapped once. Words of users are cut: this grows with the product of both lengths. */
function distance(left: string, right: string): number {
  const [a, b] = [left.slice(0, 100), right.slice(0, 100)]
  const rows = [Array.from({ length: b.length + 1 }, (_, at) => at)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const changed = rows[i - 1][j - 1] + Number(a[i - 1] !== b[j - 1])
      row[j] = Math.min(rows[i - 1][j] + 1, row[j - 1] + 1, changed)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        row[j] = Math.min(row[j], rows[i - 2][j - 2] + 1)
    }
    rows.push(row)
  }
  return rows[a.length][b.length]
}
