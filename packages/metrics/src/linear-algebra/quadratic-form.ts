import { multiply, multiplySingle, type Matrix } from './multiply.ts'
import { matrixRows, panelRanges } from './upper-panels.ts'

/** xᵀSx of each column x, `[size, count]` to `[count]`. */
export type QuadraticForm = (columns: Matrix) => Promise<Float64Array>

/** Entries of S beyond this may cancel to far less, and float32 has no digits to spare for that. */
const LARGEST_SINGLE = 1e3

/**
 * The quadratic form of a symmetric matrix, ready for many columns: as xᵀSx = xᵀLx with L twice the lower half, only half of the product is computed.
 *
 * @param block the rows `start` to `end` of S up to column `end`, `[end - start, end]`; it is changed
 * @param single whether Lx may be computed in float32, where S has no large entries. Its roundings are independent: what they leave in the sum with x, which
 * is taken in float64, is about 2⁻²⁴ of it over the root of the number of dimensions
 */
export async function quadraticForm(
  size: number,
  block: (start: number, end: number) => Promise<Matrix>,
  single = false,
): Promise<QuadraticForm> {
  const panels: Matrix[] = []
  let largest = 0
  for (const { start, end } of panelRanges(size)) {
    const lower = await block(start, end)
    for (let k = 0; k < lower.data.length; k++) largest = Math.max(largest, Math.abs(lower.data[k]))
    // The square on the diagonal is whole: it counts once.
    for (let i = 0; i < lower.rows; i++) {
      const left = lower.data.subarray(i * end, i * end + start)
      for (let k = 0; k < start; k++) left[k] *= 2
    }
    panels.push(lower)
  }
  return single && largest <= LARGEST_SINGLE ? inSingle(panels) : inDouble(panels)
}

function inDouble(panels: readonly Matrix[]): QuadraticForm {
  let spare = new Float64Array(0)
  return async (columns) => {
    const count = columns.columns
    const sums = new Float64Array(count)
    for (const lower of panels) {
      if (spare.length < lower.rows * count) spare = new Float64Array(lower.rows * count)
      const end = lower.columns
      const mapped = await multiply(lower, matrixRows(columns, 0, end), { into: spare })
      const own = matrixRows(columns, end - lower.rows, end).data
      for (let j = 0; j < lower.rows; j++)
        for (let i = 0; i < count; i++) sums[i] += mapped.data[j * count + i] * own[j * count + i]
    }
    return sums
  }
}

function inSingle(doubles: readonly Matrix[]): QuadraticForm {
  const panels = doubles.map(({ data, rows, columns }) => ({ data: Float32Array.from(data), rows, columns }))
  let [rounded, spare] = [new Float32Array(0), new Float32Array(0)]
  return async (columns) => {
    const count = columns.columns
    const sums = new Float64Array(count)
    if (rounded.length < columns.data.length) rounded = new Float32Array(columns.data.length)
    rounded.set(columns.data)
    for (const lower of panels) {
      if (spare.length < lower.rows * count) spare = new Float32Array(lower.rows * count)
      const end = lower.columns
      const upTo = { data: rounded.subarray(0, end * count), rows: end, columns: count }
      const { data: mapped } = await multiplySingle(lower, upTo, spare)
      const own = matrixRows(columns, end - lower.rows, end).data
      for (let j = 0; j < lower.rows; j++)
        for (let i = 0; i < count; i++) sums[i] += mapped[j * count + i] * own[j * count + i]
    }
    return sums
  }
}
