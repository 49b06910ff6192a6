// V-JEPA's positions are a fixed table of sines and cosines (facebookresearch/jepa, src/models/utils/pos_embs.py, with `uniform_power`): time, row and column
// have a third of the width each, rounded up to an even number, and what is too much is cut off the end.

/** Tokens along time, rows and columns. */
export type Grid = readonly [times: number, rows: number, columns: number]

/** @returns `[times·rows·columns, width]`, float32 of float64 */
export function sinCosPositions([times, rows, columns]: Grid, width: number): Float32Array {
  const part = 2 * Math.ceil(width / 6)
  const table = new Float32Array(times * rows * columns * width)
  let at = 0
  for (let t = 0; t < times; t++)
    for (let r = 0; r < rows; r++)
      for (let c = 0; c < columns; c++, at += width) {
        const row = [...sinCos(t, part), ...sinCos(r, part), ...sinCos(c, part)]
        for (let k = 0; k < width; k++) table[at + k] = row[k]
      }
  return table
}

/** [sin(p·ω₀), …, cos(p·ω₀), …], ω_j = 10000^(−j/half). */
function sinCos(position: number, width: number): Float64Array {
  const half = width / 2
  return Float64Array.from({ length: width }, (_, k) => {
    const angle = position * 10000 ** -((k % half) / half)
    return k < half ? Math.sin(angle) : Math.cos(angle)
  })
}

/**
 * A table for another grid, as torch's `interpolate(mode='trilinear')` makes it: between the two neighbours of half-pixel positions along each axis.
 * @param table `[times·rows·columns, width]` of the grid `from`
 */
export function resizePositions(table: Float32Array, from: Grid, to: Grid, width: number): Float32Array {
  if (from.every((size, axis) => size === to[axis])) return table
  let current = table
  let grid: [number, number, number] = [...from]
  for (let axis = 0; axis < 3; axis++) {
    const [input, output] = [grid[axis], to[axis]]
    const inner = grid.slice(axis + 1).reduce((product, size) => product * size, width)
    const outer = grid.slice(0, axis).reduce((product, size) => product * size, 1)
    const next = new Float32Array(outer * output * inner)
    for (let o = 0; o < output; o++) {
      const position = Math.max(0, (o + 0.5) * (input / output) - 0.5)
      const low = Math.min(Math.floor(position), input - 1)
      const high = Math.min(low + 1, input - 1)
      const share = position - low
      for (let block = 0; block < outer; block++)
        for (let k = 0; k < inner; k++) {
          const a = current[(block * input + low) * inner + k]
          const b = current[(block * input + high) * inner + k]
          next[(block * output + o) * inner + k] = a + share * (b - a)
        }
    }
    current = next
    grid = [grid[0], grid[1], grid[2]]
    grid[axis] = output
  }
  return current
}
