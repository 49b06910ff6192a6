import { describe, expect, test } from 'vitest'
import { multiply } from '../../src/linear-algebra/multiply.ts'
import { pivotedCholesky } from '../../src/linear-algebra/pivoted-cholesky.ts'
import { randomMatrix } from './random-matrix.ts'

describe('pivotedCholesky', () => {
  for (const [n, k] of [
    [5, 9],
    [130, 300],
    [200, 70],
    [65, 64],
    [64, 10],
  ]) {
    test(`${n}×${n} of rank ${Math.min(n, k)}: the rank is found and the product comes back`, async () => {
      const x = randomMatrix(7, n, k)
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
