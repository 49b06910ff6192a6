/** A number of things in words: `1 clip`, `3 clips`, `2 boxes`. */
export function countOf(count: number, one: string, several = `${one}s`): string {
  return `${count} ${count === 1 ? one : several}`
}
