import { describe, expect, test } from 'vitest'
import { multiply, type Matrix } from '../../src/linear-algebra/multiply.ts'
import { pivotedCholesky } from '../../src/linear-algebra/pivoted-cholesky.ts'
import { symmetricEigenvalues } from '../../src/linear-algebra/symmetric-eigenvalues.ts'
import { nuclearNorm } from '../../src/distribution/frechet/nuclear-norm.ts'
import { randomFeatures } from '../features/formula-features.ts'

function random(seed: number, rows: number, columns: number): Matrix {
  return { data: randomFeatures(seed, rows, columns).data as Float64Array, rows, columns }
}

const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((total, value) => total + value, 0)

describe('multiply', () => {
  // The larger shapes go through onnxruntime, the smaller ones through a loop.
  for (const [m, k, n] of [
    [3, 4, 5],
    [70, 80, 90],
  ]) {
    for (const transposeA of [false, true]) {
      for (const transposeB of [false, true]) {
        test(`${m}×${k}×${n} with transposes ${transposeA}, ${transposeB} agrees with the definition`, async () => {
          const a = transposeA ? random(1, k, m) : random(1, m, k)
          const b = transposeB ? random(2, n, k) : random(2, k, n)
          const addend = random(3, m, n)
          const into = new Float64Array(m * n + 7)
          const product = await multiply(a, b, { transposeA, transposeB, alpha: -1, addend, into })
          let worst = 0
          for (let i = 0; i < m; i++) {
            for (let j = 0; j < n; j++) {
              let value = addend.data[i * n + j]
              for (let r = 0; r < k; r++) {
                value -= a.data[transposeA ? r * m + i : i * k + r] * b.data[transposeB ? j * k + r : r * n + j]
              }
              worst = Math.max(worst, Math.abs(value - product.data[i * n + j]))
            }
          }
          expect(worst).toBeLessThan(1e-12)
          expect(product.data.buffer).toBe(into.buffer)
        })
      }
    }
  }

  test('shapes that do not fit are refused', async () => {
    await expect(multiply(random(1, 2, 3), random(1, 4, 2))).rejects.toThrow('found 2×3 times 4×2')
  })
})

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
    for (let k = 0; k < 5; k++) reflect(data, n, random(k + 1, 1, n).data)
    const values = await symmetricEigenvalues({ data, rows: n, columns: n })
    const sorted = wanted.toSorted()
    const largest = Math.max(...wanted.map(Math.abs))
    for (let i = 0; i < n; i++) expect(Math.abs(values[i] - sorted[i])).toBeLessThan(1e-13 * largest)
  })

  test('trace and Frobenius norm are kept at a size that has full panels', async () => {
    const x = random(5, 700, 900)
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
    await expect(symmetricEigenvalues(random(1, 2, 3))).rejects.toThrow('found 2×3')
  })
})

describe('pivotedCholesky', () => {
  for (const [n, k] of [
    [5, 9],
    [130, 300],
    [200, 70],
    [65, 64],
    [64, 10],
  ]) {
    test(`${n}×${n} of rank ${Math.min(n, k)}: the rank is found and the product comes back`, async () => {
      const x = random(7, n, k)
      const s = await multiply(x, x, { transposeB: true })
      const { factor, rank, remainder } = await pivotedCholesky(s)
      expect(rank).toBe(Math.min(n, k))
      expect(factor.columns).toBe(rank)
      const back = await multiply(factor, factor, { transposeB: true })
      const largest = Math.max(...s.data)
      for (let i = 0; i < n * n; i++) expect(Math.abs(back.data[i] - s.data[i])).toBeLessThan(1e-13 * largest)
      expect(remainder).toBeGreaterThan(-1e-12 * largest)
    })
  }

  test('a matrix that is not semidefinite leaves a negative remainder', async () => {
    const data = Float64Array.from([1, 2, 2, 1])
    expect((await pivotedCholesky({ data, rows: 2, columns: 2 })).remainder).toBe(-3)
  })
})

describe('nuclearNorm', () => {
  test('both ways agree, for either orientation and for a matrix of rank 3', async () => {
    const low = await multiply(random(1, 40, 3), random(2, 3, 90))
    for (const matrix of [random(3, 120, 50), random(4, 50, 120), low]) {
      const exact = await nuclearNorm(matrix, 'exact')
      const gram = await nuclearNorm(matrix, 'gram')
      // Each of the zeros is about 1e-8 of the largest singular value in the second way.
      expect(gram / exact).toBeCloseTo(1, 6)
    }
  })

  test('of a matrix with orthogonal columns is the sum of their lengths', async () => {
    const data = new Float64Array(6 * 3)
    data.set([3, 0, 0, 0, 4, 0, 0, 0, 5])
    expect(await nuclearNorm({ data, rows: 6, columns: 3 })).toBeCloseTo(12, 13)
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
