import { describe, expect, test } from 'vitest'
import { multiply } from '../../src/linear-algebra/multiply.ts'
import { randomMatrix } from './random-matrix.ts'

describe('multiply', () => {
  // The larger shapes go through onnxruntime, the smaller ones through a loop.
  for (const [m, k, n] of [
    [3, 4, 5],
    [70, 80, 90],
  ]) {
    for (const transposeA of [false, true]) {
      for (const transposeB of [false, true]) {
        test(`${m}×${k}×${n} with transposes ${transposeA}, ${transposeB} agrees with the definition`, async () => {
          const a = transposeA ? randomMatrix(1, k, m) : randomMatrix(1, m, k)
          const b = transposeB ? randomMatrix(2, n, k) : randomMatrix(2, k, n)
          const addend = randomMatrix(3, m, n)
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
    await expect(multiply(randomMatrix(1, 2, 3), randomMatrix(1, 4, 2))).rejects.toThrow('found 2×3 times 4×2')
  })
})
