/** Places in `values` of so many clips, one drawn from each of as many equal parts of their order: what a reader sees is not chosen by hand. @param seed of the draw */
export function overQuantiles(values: readonly number[], count: number, seed: number): number[] {
  const order = [...values.keys()]
    .filter((at) => Number.isFinite(values[at]))
    .toSorted((a, b) => values[a] - values[b] || a - b)
  const draw = drawing(seed)
  const parts = Math.min(count, order.length)
  return Array.from({ length: parts }, (_, part) => {
    const [from, to] = [part, part + 1].map((at) => Math.floor((at * order.length) / parts))
    return order[from + Math.floor(draw() * (to - from))]
  })
}

/** Numbers in [0, 1) from a seed, the same everywhere (mulberry32). */
function drawing(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
