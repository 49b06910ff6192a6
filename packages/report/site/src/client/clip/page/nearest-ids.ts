/** The ids most like one that is not there: by how many letters have to be changed, longer common beginnings first. */
export function nearestIds(wanted: string, ids: readonly string[], most = 4): string[] {
  const asked = wanted.toLowerCase().slice(0, 80)
  const scored = ids.map((id) => {
    const other = id.toLowerCase()
    return { id, distance: editDistance(asked, other.slice(0, 80)), common: commonStart(asked, other) }
  })
  return scored
    .toSorted((a, b) => a.distance - b.distance || b.common - a.common)
    .slice(0, most)
    .map(({ id }) => id)
}

function commonStart(a: string, b: string): number {
  let at = 0
  while (at < a.length && a[at] === b[at]) at++
  return at
}

/** Letters to insert, remove or replace (Levenshtein). */
export function editDistance(a: string, b: string): number {
  let row = Uint16Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let i = 1; i <= a.length; i++) {
    const next = new Uint16Array(b.length + 1)
    next[0] = i
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1))
    row = next
  }
  return row[b.length]
}
