import { describe, expect, test } from 'vitest'
import { multiply, multiplySingle } from '../../src/linear-algebra/multiply.ts'
import { quadraticForm } from '../../src/linear-algebra/quadratic-form.ts'
import {
  addGram,
  matrixRows,
  symmetricProduct,
  transpose,
  upperHalf,
  upperPanels,
  wholeMatrix,
} from '../../src/linear-algebra/upper-panels.ts'
import { randomMatrix } from './random-matrix.ts'

// 300 is more than one panel, and the last is no whole one.
const n = 300

describe('symmetric products by halves', () => {
  test('are the whole ones', async () => {
    const x = randomMatrix(1, n, 40)
    const gram = await multiply(x, x, { transposeB: true })
    const [first, second] = [upperPanels(n), upperPanels(n)]
    await addGram(x, first, second)
    await addGram(x, second, first)
    const twice = wholeMatrix(first)
    twice.forEach((value, k) => expect(value).toBeCloseTo(2 * gram.data[k], 12))
    // What is symmetric is so to the bit.
    for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) expect(twice[i * n + j]).toBe(twice[j * n + i])
    expect(wholeMatrix(upperHalf(twice, n))).toEqual(twice)
    const square = await multiply(gram, gram)
    const half = await symmetricProduct(gram, gram, new Float64Array(n * n))
    half.data.forEach((value, k) => expect(Math.abs(value - square.data[k])).toBeLessThan(1e-10))
  })

  test('transposes', () => {
    const a = randomMatrix(1, n, n)
    const turned = randomMatrix(2, n, n)
    transpose(a, turned)
    for (const [i, j] of [
      [0, 299],
      [17, 3],
      [299, 255],
    ])
      expect(turned.data[i * n + j]).toBe(a.data[j * n + i])
  })
})

describe('quadraticForm', () => {
  const x = randomMatrix(1, n, 40)
  const columns = randomMatrix(2, n, 25)

  test.each([
    [false, 1e-12],
    [true, 1e-6],
  ])('is xᵀSx, in float32 (%s) to its digits', async (single, tolerance) => {
    const s = await multiply(x, x, { transposeB: true })
    const expected = (await multiply(s, columns)).data
    const block = (start: number, end: number) =>
      multiply(matrixRows(x, start, end), matrixRows(x, 0, end), { transposeB: true })
    const values = await (await quadraticForm(n, block, single))(columns)
    let apart = 0
    for (let c = 0; c < 25; c++) {
      let sum = 0
      for (let i = 0; i < n; i++) sum += columns.data[i * 25 + c] * expected[i * 25 + c]
      apart = Math.max(apart, Math.abs(values[c] / sum - 1))
    }
    expect(apart).toBeLessThan(tolerance)
    // It is float32 indeed.
    expect(apart > 1e-13).toBe(single)
  })

  test('keeps float64 where entries are large, and may cancel', async () => {
    const large = { ...x, data: x.data.map((value) => 1e3 * value) }
    const block = (start: number, end: number) =>
      multiply(matrixRows(large, start, end), matrixRows(large, 0, end), { transposeB: true })
    const [asked, double] = [await quadraticForm(n, block, true), await quadraticForm(n, block)]
    expect(await asked(columns)).toEqual(await double(columns))
  })
})

test('multiplySingle agrees with float64 to its digits, and refuses shapes that do not fit', async () => {
  const [a, b] = [randomMatrix(1, 30, 40), randomMatrix(2, 40, 50)]
  const single = ({ data, rows, columns }: typeof a) => ({ data: Float32Array.from(data), rows, columns })
  const product = await multiplySingle(single(a), single(b), new Float32Array(2000))
  const expected = await multiply(a, b)
  product.data.forEach((value, k) => expect(Math.abs(value - expected.data[k])).toBeLessThan(1e-5))
  await expect(multiplySingle(single(a), single(a), new Float32Array(2000))).rejects.toThrow('found 30×40 times 30×40')
})
