import { multiply, type Matrix } from './multiply.ts'

// A product that is known to be symmetric costs half of one that is not: of each panel of rows only the part from the diagonal on is computed. Panels of
// this many rows are large enough for the product to be efficient; with 2,048 rows they make 9/16 of the whole.
const PANEL = 256

/** The upper half of a symmetric matrix, panel by panel: the rows `start` to `end` from column `start` on, `[end - start, size - start]`. */
export interface UpperPanels {
  size: number
  panels: readonly { start: number; end: number; data: Float64Array }[]
}

/** A matrix of zeros. */
export function upperPanels(size: number): UpperPanels {
  return {
    size,
    panels: panelRanges(size).map(({ start, end }) => ({
      start,
      end,
      data: new Float64Array((end - start) * (size - start)),
    })),
  }
}

/** Rows of the panels of a matrix. */
export function panelRanges(size: number): { start: number; end: number }[] {
  const count = Math.ceil(size / PANEL)
  return Array.from({ length: count }, (_, k) => ({ start: k * PANEL, end: Math.min((k + 1) * PANEL, size) }))
}

/** Some rows of a matrix, without copying. */
export function matrixRows({ data, columns }: Matrix, start: number, end: number): Matrix {
  return { data: data.subarray(start * columns, end * columns), rows: end - start, columns }
}

/** `into` = `addend` + X·Xᵀ. @param x `[size, any]` */
export async function addGram(x: Matrix, addend: UpperPanels, into: UpperPanels): Promise<void> {
  for (const [k, { start, end, data }] of addend.panels.entries())
    await multiply(matrixRows(x, start, end), matrixRows(x, start, x.rows), {
      transposeB: true,
      addend: { data, rows: end - start, columns: x.rows - start },
      into: into.panels[k].data,
    })
}

/**
 * A·Bᵀ where that is known to be symmetric.
 *
 * @param a,b square, of one size
 * @param into is neither
 */
export async function symmetricProduct(a: Matrix, b: Matrix, into: Float64Array): Promise<Matrix> {
  const n = a.rows
  const spare = new Float64Array(Math.min(PANEL, n) * n)
  for (const { start, end } of panelRanges(n)) {
    const { data } = await multiply(matrixRows(a, start, end), matrixRows(b, start, n), {
      transposeB: true,
      into: spare,
    })
    mirrorPanel({ start, end, data }, n, into)
  }
  return { data: into, rows: n, columns: n }
}

/** Both halves. */
export function wholeMatrix({ size, panels }: UpperPanels, into = new Float64Array(size * size)): Float64Array {
  for (const panel of panels) mirrorPanel(panel, size, into)
  return into
}

/** The upper half of a symmetric matrix. */
export function upperHalf(data: Float64Array, size: number): UpperPanels {
  const upper = upperPanels(size)
  for (const { start, end, data: panel } of upper.panels)
    for (let i = start; i < end; i++)
      panel.set(data.subarray(i * size + start, (i + 1) * size), (i - start) * (size - start))
  return upper
}

/** Aᵀ of a square matrix. */
export function transpose({ data, rows: n }: Matrix, into: Matrix): void {
  for (let top = 0; top < n; top += TILE) {
    const bottom = Math.min(top + TILE, n)
    for (let j = 0; j < n; j++) for (let i = top; i < bottom; i++) into.data[j * n + i] = data[i * n + j]
  }
}

/** Writes a panel's rows where they stand, and what is above the diagonal also below it. */
function mirrorPanel({ start, end, data }: UpperPanels['panels'][number], n: number, into: Float64Array): void {
  const width = n - start
  for (let i = start; i < end; i++)
    into.set(data.subarray((i - start) * width + (i - start), (i - start + 1) * width), i * n + i)
  // By tiles of rows, so that what is written to one row lies together.
  for (let top = start; top < end; top += TILE) {
    const bottom = Math.min(top + TILE, end)
    for (let j = top + 1; j < n; j++) {
      const last = Math.min(bottom, j)
      for (let i = top; i < last; i++) into[j * n + i] = data[(i - start) * width + j - start]
    }
  }
}

const TILE = 16
