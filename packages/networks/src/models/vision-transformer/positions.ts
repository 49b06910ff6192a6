import { readTensor } from '../../checkpoints/read-tensor.ts'
import type { TensorReference } from '../../checkpoints/tensors/tensor-reference.ts'
import { halfPixelCubicMatrix } from '../../layers/cubic-matrix.ts'

/** Where a network keeps what it adds to its tokens. */
export interface PositionTensors {
  /** The class token, of `width` numbers. */
  readonly classToken: TensorReference
  /** `1 + side²` rows: the class token's, then those of a square grid, row by row. */
  readonly positions: TensorReference
}

/** What is added to the tokens of a picture of any number of patches, computed once a size. */
export interface PositionTable {
  /** Patches along either side of the grid that the network was trained on. */
  readonly side: number
  /** @returns `[1 + rows·columns, width]`, as `imageTransformer` takes it */
  of(rows: number, columns: number): Float32Array
}

/** Sizes whose tables are kept: clips of one folder have few. */
const mostKept = 8

/**
 * The table of a network whose positions are interpolated for other sizes, as DINO and DINOv2 do (facebookresearch/dino 04c0ad9, dinov2 b8931f7: `interpolate_pos_encoding`):
 * bicubic, a = −3/4, past the border its last row, source (o + ½)·side/(n + 0.1) − ½ for n patches. The 0.1, there to keep a division from rounding down,
 * is in the scale too. A grid of the trained size is taken as it is.
 */
export async function interpolatedPositions(tensors: PositionTensors): Promise<PositionTable> {
  const [classToken, positions] = [await readTensor(tensors.classToken), await readTensor(tensors.positions)]
  const width = classToken.length
  const side = Math.sqrt(positions.length / width - 1)
  const first = positions.subarray(0, width).map((value, i) => value + classToken[i])
  const grid = positions.subarray(width)
  const kept = new Map<string, Float32Array>()
  return {
    side,
    of(rows, columns) {
      const key = `${rows}×${columns}`
      const known = kept.get(key)
      if (known !== undefined) return known
      const table = new Float32Array((1 + rows * columns) * width)
      table.set(first)
      table.set(rows === side && columns === side ? grid : interpolated(grid, side, width, rows, columns), width)
      if (kept.size === mostKept) kept.clear()
      kept.set(key, table)
      return table
    },
  }
}

/** The grid's rows first, then its columns. @returns `[rows·columns, width]` */
function interpolated(grid: Float32Array, side: number, width: number, rows: number, columns: number): Float32Array {
  const vertical = halfPixelCubicMatrix(side, rows, side / (rows + 0.1))
  const horizontal = halfPixelCubicMatrix(side, columns, side / (columns + 0.1))
  const lines = new Float64Array(side * width)
  const result = new Float32Array(rows * columns * width)
  for (let y = 0; y < rows; y++) {
    lines.fill(0)
    for (let source = 0; source < side; source++)
      addScaled(lines, grid, source * side * width, side * width, vertical[y * side + source])
    const target = new Float64Array(width)
    for (let x = 0; x < columns; x++) {
      target.fill(0)
      for (let source = 0; source < side; source++)
        addScaled(target, lines, source * width, width, horizontal[x * side + source])
      result.set(target, (y * columns + x) * width)
    }
  }
  return result
}

/** target[i] += scale · source[from + i]; most of a cubic's row is 0. */
function addScaled(
  target: Float64Array,
  source: Float32Array | Float64Array,
  from: number,
  count: number,
  scale: number,
): void {
  if (scale !== 0) for (let i = 0; i < count; i++) target[i] += scale * source[from + i]
}
