/**
 * The name that a mistyped one was probably meant to be: of those that are at most a third of its letters away the nearest, the first of several; undefined
 * where none is.
 */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  const most = Math.max(1, Math.floor(name.length / 3))
  let best: string | undefined
  let least = most + 1
  for (const each of known) {
    if (Math.abs(each.length - name.length) >= least) continue
    const steps = editSteps(name, each)
    if (steps < least) [best, least] = [each, steps]
  }
  return best
}

/** Letters to insert, drop, replace, or exchange with their neighbour, to make one name of another. */
function editSteps(a: string, b: string): number {
  let [before, last] = [[] as number[], Array.from({ length: b.length + 1 }, (_, at) => at)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = last[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, replaced)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j], before[j - 2] + 1)
    }
    ;[before, last] = [last, row]
  }
  return last[b.length]
}
