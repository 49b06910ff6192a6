import { type FeatureRows, rowBlocks } from '../../features/feature-rows.ts'
import { type DistanceRounding, pairable, pairDistances } from './pair-distances.ts'

/** The nearest rows of each row among the rows of its own side, itself among them. */
export interface NearestRows {
  rows: number
  /** How many of each. */
  count: number
  /** `[rows, count]` ascending; Infinity where there are fewer rows. */
  distances: Float64Array
  /** `[rows, count]` which rows. */
  indices: Int32Array
}

export interface NearestOptions {
  /** Rows of a block; memory is 32 bytes × its square and 16 × its rows. Default 2,048. */
  blockRows?: number | undefined
  /** Called with the pairs of rows that each block had. */
  blockDone?: ((pairs: number) => void) | undefined
}

export const BLOCK_ROWS = 2048

/**
 * The `count` nearest rows of each row of one side, itself included: at distance 0, but for float16's. Each pair of blocks is computed once; memory does
 * not grow with the pairs.
 */
export async function nearestRows(
  side: FeatureRows,
  count: number,
  rounding: DistanceRounding,
  { blockRows = BLOCK_ROWS, blockDone }: NearestOptions = {},
): Promise<NearestRows> {
  const { rows } = side
  const nearest = {
    rows,
    count,
    distances: new Float64Array(rows * count).fill(Infinity),
    indices: new Int32Array(rows * count).fill(-1),
  }
  const into = new Float64Array(blockRows * blockRows)
  for await (const { start: i, block } of rowBlocks(side, blockRows)) {
    const x = pairable(block, rounding)
    const self = await pairDistances(x, x, rounding, into)
    for (let r = 0; r < block.rows; r++) {
      if (rounding !== 'float16') self.data[r * block.rows + r] = 0
      for (let c = 0; c < block.rows; c++) insert(nearest, i + r, i + c, self.data[r * block.rows + c])
    }
    blockDone?.(block.rows ** 2 / 2)
    for await (const { start: j, block: other } of rowBlocks(side, blockRows, i + block.rows)) {
      const { data } = await pairDistances(x, pairable(other, rounding), rounding, into)
      for (let r = 0, at = 0; r < block.rows; r++)
        for (let c = 0; c < other.rows; c++, at++) {
          insert(nearest, i + r, j + c, data[at])
          insert(nearest, j + c, i + r, data[at])
        }
      blockDone?.(block.rows * other.rows)
    }
  }
  return nearest
}

function insert({ count, distances, indices }: NearestRows, row: number, other: number, distance: number): void {
  const first = row * count
  let at = first + count - 1
  if (!(distance < distances[at])) return
  for (; at > first && distances[at - 1] > distance; at--) {
    distances[at] = distances[at - 1]
    indices[at] = indices[at - 1]
  }
  distances[at] = distance
  indices[at] = other
}

/**
 * The distance of a row to its k-th nearest other row, as if the rows of one group were not there.
 *
 * @param group −1: none is left out
 * @returns Infinity where the list does not reach so far
 */
export function radiusWithout(
  { count, distances, indices }: NearestRows,
  row: number,
  k: number,
  groupOfRow: Int32Array,
  group: number,
): number {
  let left = k
  for (let at = row * count; at < (row + 1) * count; at++) {
    if (group >= 0 && indices[at] >= 0 && groupOfRow[indices[at]] === group) continue
    if (left === 0) return distances[at]
    left--
  }
  return Infinity
}
