import { metricError } from '../../recipes/metric-error.ts'
import { checkSameDimension, type FeatureMatrix } from '../../features/feature-matrix.ts'
import { checkRows, type FeatureRows, held, pickRows, rowBlocks } from '../../features/feature-rows.ts'
import { multiply, type Matrix } from '../../linear-algebra/multiply.ts'

// Maximum mean discrepancy with the polynomial kernel of KID (Bińkowski et al., Demystifying MMD GANs, 2018):
//
//   k(x, y) = (x·y / d + 1)³
//   MMD²    = Σ_{i≠j} k(xᵢ, xⱼ) / m(m−1) + Σ_{i≠j} k(yᵢ, yⱼ) / n(n−1) − 2·Σ k(xᵢ, yⱼ) / mn
//
// unbiased, so that it may be slightly negative. Everything in float64: in float32 the kernel values of a KVD, about 1e3,
// leave noise of 1e-4 in the difference. The reference codes evaluate in float32.

/** Sums of one side's kernel values with all rows of a side, per row. */
export interface KernelSums {
  /** `[m]` Σ_{j≠i} k(xᵢ, xⱼ) */
  generated: Float64Array
  /** `[n]` Σ_{j≠i} k(yᵢ, yⱼ) */
  reference: Float64Array
  /** `[m]` Σ_j k(xᵢ, yⱼ) */
  crossGenerated: Float64Array
  /** `[n]` Σ_i k(xᵢ, yⱼ) */
  crossReference: Float64Array
  /** `[m]` k(xᵢ, xᵢ) */
  generatedSelf: Float64Array
  /** `[n]` */
  referenceSelf: Float64Array
}

export interface KernelOptions {
  /** Rows of a block of the kernel matrix; memory is 16 bytes × its square. Default 2,048. */
  blockRows?: number | undefined
  /** Called with the share of the work that is done, 0..1. */
  onProgress?: ((share: number) => void) | undefined
  signal?: AbortSignal | undefined
  /** Named in errors. */
  where?: string | undefined
}

const BLOCK_ROWS = 2048

/**
 * Unbiased MMD² of all rows, of sides that may differ in size. Memory does not grow with the number of pairs.
 *
 * @throws KinemetricError `too-few` for a side with fewer than 2 rows, `shape-mismatch`, `not-finite`
 */
export async function unbiasedMmd(
  generated: FeatureRows,
  reference: FeatureRows,
  options: KernelOptions = {},
): Promise<number> {
  return mmdOfSums(await kernelSums(generated, reference, options))
}

/** Row sums of the three kernel matrices: from these come the MMD² and its leave-one-out values. */
export async function kernelSums(
  generated: FeatureRows,
  reference: FeatureRows,
  options: KernelOptions = {},
): Promise<KernelSums> {
  const where = options.where ?? 'mmd'
  checkRows(generated, `${where}: generated`, 2)
  checkRows(reference, `${where}: reference`, 2)
  checkSameDimension(generated.dimension, reference.dimension, where)
  const m = generated.rows
  const n = reference.rows
  const sums: KernelSums = {
    generated: new Float64Array(m),
    reference: new Float64Array(n),
    crossGenerated: new Float64Array(m),
    crossReference: new Float64Array(n),
    generatedSelf: new Float64Array(m),
    referenceSelf: new Float64Array(n),
  }
  const total = (m * m + n * n) / 2 + m * n
  let done = 0
  const blockDone = (pairs: number): void => {
    options.signal?.throwIfAborted()
    done += pairs
    options.onProgress?.(Math.min(1, done / total))
  }
  const size = options.blockRows ?? BLOCK_ROWS
  await selfSums(generated, size, sums.generated, sums.generatedSelf, blockDone)
  await selfSums(reference, size, sums.reference, sums.referenceSelf, blockDone)
  for await (const { start: i, block: x } of rowBlocks(generated, size))
    for await (const { start: j, block: y } of rowBlocks(reference, size)) {
      const kernel = await kernelBlock(x, y)
      addSums(kernel, sums.crossGenerated.subarray(i, i + x.rows), sums.crossReference.subarray(j, j + y.rows))
      blockDone(kernel.rows * kernel.columns)
    }
  return sums
}

/** Unbiased MMD² from the sums. */
export function mmdOfSums(sums: KernelSums): number {
  const m = sums.generated.length
  const n = sums.reference.length
  return (
    total(sums.generated) / (m * (m - 1)) +
    total(sums.reference) / (n * (n - 1)) -
    (2 * total(sums.crossGenerated)) / (m * n)
  )
}

/** k(xᵢ, yⱼ), `[x.rows, y.rows]`. */
export async function kernelBlock(x: FeatureMatrix, y: FeatureMatrix): Promise<Matrix> {
  const product = await multiply(asMatrix(x), asMatrix(y), { transposeB: true })
  const { data } = product
  const gamma = 1 / x.dimension
  for (let i = 0; i < data.length; i++) {
    const value = data[i] * gamma + 1
    data[i] = value * value * value
  }
  return product
}

/** A way to draw the rows of subset after subset. */
export type SubsetDraw = (rows: number, size: number) => Int32Array

/**
 * MMD² of subsets of equal size of the two sides, one value a subset. Of each subset the generated rows are drawn first.
 *
 * Kernel values are computed once for all subsets where that is less work and fits in memory, else subset by subset.
 *
 * @throws KinemetricError `too-few` when a side has fewer rows than the subset
 */
export async function subsetMmds(
  generated: FeatureRows,
  reference: FeatureRows,
  subsets: number,
  size: number,
  draw: SubsetDraw,
  options: KernelOptions = {},
): Promise<Float64Array> {
  const where = options.where ?? 'mmd'
  checkRows(generated, `${where}: generated`, 2)
  checkRows(reference, `${where}: reference`, 2)
  checkSameDimension(generated.dimension, reference.dimension, where)
  const smallest = Math.min(generated.rows, reference.rows)
  if (size > smallest || size < 2) {
    throw metricError('too-few', where, {
      expected: `at least ${Math.max(size, 2)} rows a side for subsets of ${size}`,
      found: `${generated.rows} (generated) and ${reference.rows} (reference)`,
    })
  }
  const values = new Float64Array(subsets)
  const mmd = await subsetEvaluator(generated, reference, subsets, size)
  for (let s = 0; s < subsets; s++) {
    options.signal?.throwIfAborted()
    const x = draw(generated.rows, size)
    const y = draw(reference.rows, size)
    values[s] = await mmd(x, y)
    options.onProgress?.((s + 1) / subsets)
  }
  return values
}

// 8 bytes each: 400 MB.
const MOST_CACHED_VALUES = 5e7

async function subsetEvaluator(
  generated: FeatureRows,
  reference: FeatureRows,
  subsets: number,
  size: number,
): Promise<(x: Int32Array, y: Int32Array) => Promise<number>> {
  const m = generated.rows
  const n = reference.rows
  const pairs = m * m + n * n + m * n
  if (pairs > MOST_CACHED_VALUES || pairs > 3 * subsets * size * size) {
    return async (x, y) => unbiasedMmd(await pickRows(generated, x), await pickRows(reference, y))
  }
  const [a, b] = [await held(generated), await held(reference)]
  const kxx = await kernelBlock(a, a)
  const kyy = await kernelBlock(b, b)
  const kxy = await kernelBlock(a, b)
  return (x, y) => {
    const self = sumOf(kxx, x, x) - diagonalOf(kxx, x) + sumOf(kyy, y, y) - diagonalOf(kyy, y)
    return Promise.resolve(self / (size * (size - 1)) - (2 * sumOf(kxy, x, y)) / (size * size))
  }
}

function sumOf(kernel: Matrix, rows: Int32Array, columns: Int32Array): number {
  let sum = 0
  for (let i = 0; i < rows.length; i++) {
    const at = rows[i] * kernel.columns
    let rowSum = 0
    for (let j = 0; j < columns.length; j++) rowSum += kernel.data[at + columns[j]]
    sum += rowSum
  }
  return sum
}

function diagonalOf(kernel: Matrix, rows: Int32Array): number {
  let sum = 0
  for (const i of rows) sum += kernel.data[i * kernel.columns + i]
  return sum
}

/** Row sums without the diagonal of k(x, x); each pair of blocks once. */
async function selfSums(
  rows: FeatureRows,
  size: number,
  sums: Float64Array,
  self: Float64Array,
  blockDone: (pairs: number) => void,
): Promise<void> {
  for await (const { start: i, block: x } of rowBlocks(rows, size)) {
    const iEnd = i + x.rows
    const kernel = await kernelBlock(x, x)
    for (let r = 0; r < kernel.rows; r++) {
      self[i + r] = kernel.data[r * kernel.columns + r]
      kernel.data[r * kernel.columns + r] = 0
    }
    addSums(kernel, sums.subarray(i, iEnd), undefined)
    blockDone((kernel.rows * kernel.columns) / 2)
    for await (const { start: j, block: y } of rowBlocks(rows, size, iEnd)) {
      const across = await kernelBlock(x, y)
      addSums(across, sums.subarray(i, iEnd), sums.subarray(j, j + y.rows))
      blockDone(across.rows * across.columns)
    }
  }
}

function addSums(kernel: Matrix, rowSums: Float64Array, columnSums: Float64Array | undefined): void {
  const { data, rows, columns } = kernel
  for (let i = 0; i < rows; i++) {
    const at = i * columns
    let sum = 0
    for (let j = 0; j < columns; j++) sum += data[at + j]
    rowSums[i] += sum
    if (columnSums !== undefined) for (let j = 0; j < columns; j++) columnSums[j] += data[at + j]
  }
}

function asMatrix({ data, rows, dimension }: FeatureMatrix): Matrix {
  return { data: data instanceof Float64Array ? data : Float64Array.from(data), rows, columns: dimension }
}

function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0)
}
