import { describe, expect, test } from 'vitest'
import { multiply } from '../../src/linear-algebra/multiply.ts'
import { symmetricEigenvalues } from '../../src/linear-algebra/symmetric-eigenvalues.ts'
import { randomMatrix } from './random-matrix.ts'

const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((total, value) => total + value, 0)

describe('symmetricEigenvalues', () => {
  test('of the second difference matrix are 2 − 2·cos(kπ/(n+1))', async () => {
    for (const n of [1, 2, 3, 8, 9, 33, 64, 65, 200]) {
      const data = new Float64Array(n * n)
      for (let i = 0; i < n; i++) {
        data[i * n + i] = 2
        if (i > 0) data[i * n + i - 1] = data[(i - 1) * n + i] = -1
      }
      const values = await symmetricEigenvalues({ data, rows: n, columns: n })
      for (let k = 1; k <= n; k++) expect(values[k - 1]).toBeCloseTo(2 - 2 * Math.cos((k * Math.PI) / (n + 1)), 13)
    }
  })

  test('of QDQᵀ with known D come back to rounding, clustered and of both signs', async () => {
    // A product of Householder reflections is orthogonal; its similarity keeps the eigenvalues.
    const n = 150
    const wanted = Float64Array.from({ length: n }, (_, i) =>
      i < 40 ? 1 : i < 60 ? 0 : (i - 100) * 10 ** ((i % 7) - 3),
    )
    const data = new Float64Array(n * n)
    for (let i = 0; i < n; i++) data[i * n + i] = wanted[i]
    for (let k = 0; k < 5; k++) reflect(data, n, randomMatrix(k + 1, 1, n).data)
    const values = await symmetricEigenvalues({ data, rows: n, columns: n })
    const sorted = wanted.toSorted()
    const largest = Math.max(...wanted.map(Math.abs))
    for (let i = 0; i < n; i++) expect(Math.abs(values[i] - sorted[i])).toBeLessThan(1e-13 * largest)
  })

  test('trace and Frobenius norm are kept at a size that has full panels', async () => {
    const x = randomMatrix(5, 700, 900)
    const s = await multiply(x, x, { transposeB: true })
    const values = await symmetricEigenvalues(s)
    let trace = 0
    for (let i = 0; i < 700; i++) trace += s.data[i * 701]
    expect(sum(values) / trace).toBeCloseTo(1, 12)
    expect(sum(values.map((v) => v * v)) / sum(s.data.map((v) => v * v))).toBeCloseTo(1, 11)
  })

  test('the zero matrix has zeros', async () => {
    expect(sum(await symmetricEigenvalues({ data: new Float64Array(100 * 100), rows: 100, columns: 100 }))).toBe(0)
  })

  test('a matrix that is not square is refused', async () => {
    await expect(symmetricEigenvalues(randomMatrix(1, 2, 3))).rejects.toThrow('found 2×3')
  })
})

/** A ← HAH with H = I − 2vvᵀ/vᵀv. */
function reflect(a: Float64Array, n: number, v: Float64Array): void {
  const scale = 2 / sum(v.map((x) => x * x))
  for (const [row, column] of [
    [n, 1],
    [1, n],
  ]) {
    for (let i = 0; i < n; i++) {
      let dot = 0
      for (let j = 0; j < n; j++) dot += v[j] * a[i * row + j * column]
      for (let j = 0; j < n; j++) a[i * row + j * column] -= scale * dot * v[j]
    }
  }
}
