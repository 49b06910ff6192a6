import { onnxruntime, type InferenceSession, type OnnxRuntime, type Tensor } from '@kinemetric/networks/onnxruntime'
import { gemmModel, type GemmKind } from './gemm-model.ts'

/** A dense row-major float64 matrix, contiguous, `data.length === rows * columns`. */
export interface Matrix {
  data: Float64Array
  rows: number
  columns: number
}

export interface MultiplyOptions {
  transposeA?: boolean | undefined
  transposeB?: boolean | undefined
  /** Factor of the product; −1 subtracts it from `addend`. */
  alpha?: 1 | -1 | undefined
  /** Added to the product; left unchanged. */
  addend?: Matrix | undefined
  /** Where the result is written (its first rows × columns elements), for loops that would allocate too often. */
  into?: Float64Array | undefined
}

// Below this many multiply-adds a loop here ends before onnxruntime has begun.
const SMALL = 60_000

const sessions = new Map<string, Promise<InferenceSession>>()

/**
 * alpha · op(A) · op(B) [+ addend] in float64, through onnxruntime's Gemm (a BLAS that is already installed).
 *
 * @returns a new matrix, or one over `into`
 * @throws RangeError when the inner dimensions differ; KinemetricError `not-installed` without onnxruntime
 */
export async function multiply(a: Matrix, b: Matrix, options: MultiplyOptions = {}): Promise<Matrix> {
  const { transposeA = false, transposeB = false, alpha = 1, addend, into } = options
  const [rows, inner] = transposeA ? [a.columns, a.rows] : [a.rows, a.columns]
  const [innerB, columns] = transposeB ? [b.columns, b.rows] : [b.rows, b.columns]
  if (inner !== innerB || (addend !== undefined && (addend.rows !== rows || addend.columns !== columns))) {
    throw new RangeError(
      `multiply: expected shapes that fit; found ${rows}×${inner} times ${innerB}×${columns}` +
        (addend === undefined ? '' : ` plus ${addend.rows}×${addend.columns}`),
    )
  }
  if (rows * inner * columns <= SMALL) return multiplySmall(a, b, rows, inner, columns, options)
  const session = await openGemm({ transposeA, transposeB, alpha, addend: addend !== undefined, type: 'float64' })
  const runtime = await onnxruntime()
  const feeds: Record<string, Tensor> = { A: tensor(runtime, a), B: tensor(runtime, b) }
  if (addend !== undefined) feeds.C = tensor(runtime, addend)
  if (into === undefined) {
    const { Y } = await session.run(feeds)
    if (!(Y.data instanceof Float64Array)) throw new TypeError(`multiply: expected a float64 product, found ${Y.type}`)
    return { data: Y.data, rows, columns }
  }
  const result = { data: into.subarray(0, rows * columns), rows, columns }
  await session.run(feeds, { Y: tensor(runtime, result) })
  return result
}

/** A dense row-major float32 matrix, contiguous. */
export interface SingleMatrix {
  data: Float32Array
  rows: number
  columns: number
}

/**
 * A · B in float32, into the first rows × columns elements of `into`: twice as fast as float64, for what needs no more digits.
 *
 * @throws RangeError, KinemetricError as `multiply`
 */
export async function multiplySingle(a: SingleMatrix, b: SingleMatrix, into: Float32Array): Promise<SingleMatrix> {
  if (a.columns !== b.rows)
    throw new RangeError(
      `multiply: expected shapes that fit; found ${a.rows}×${a.columns} times ${b.rows}×${b.columns}`,
    )
  const session = await openGemm({ transposeA: false, transposeB: false, alpha: 1, addend: false, type: 'float32' })
  const { Tensor: RuntimeTensor } = await onnxruntime()
  const result = { data: into.subarray(0, a.rows * b.columns), rows: a.rows, columns: b.columns }
  const asTensor = ({ data, rows, columns }: SingleMatrix) => new RuntimeTensor('float32', data, [rows, columns])
  await session.run({ A: asTensor(a), B: asTensor(b) }, { Y: asTensor(result) })
  return result
}

function tensor({ Tensor: RuntimeTensor }: OnnxRuntime, matrix: Matrix): Tensor {
  return new RuntimeTensor('float64', matrix.data, [matrix.rows, matrix.columns])
}

function openGemm(kind: GemmKind): Promise<InferenceSession> {
  const key = JSON.stringify(kind)
  let session = sessions.get(key)
  if (session === undefined) {
    // Spinning threads would steal the core on which the JavaScript between two products runs.
    session = onnxruntime().then(({ InferenceSession: sessionClass }) =>
      sessionClass.create(gemmModel(kind), {
        executionProviders: ['cpu'],
        enableMemPattern: false,
        extra: { session: { intra_op: { allow_spinning: '0' } } },
      }),
    )
    sessions.set(key, session)
  }
  return session
}

function multiplySmall(
  a: Matrix,
  b: Matrix,
  rows: number,
  inner: number,
  columns: number,
  { transposeA = false, transposeB = false, alpha = 1, addend, into }: MultiplyOptions,
): Matrix {
  const data = into === undefined ? new Float64Array(rows * columns) : into.subarray(0, rows * columns)
  if (addend === undefined) data.fill(0)
  else data.set(addend.data)
  const [stepA, stepInnerA] = transposeA ? [1, a.columns] : [a.columns, 1]
  const [stepInnerB, stepB] = transposeB ? [1, b.columns] : [b.columns, 1]
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < inner; k++) {
      const factor = alpha * a.data[i * stepA + k * stepInnerA]
      for (let j = 0; j < columns; j++) data[i * columns + j] += factor * b.data[k * stepInnerB + j * stepB]
    }
  }
  return { data, rows, columns }
}
