import { describe, expect, test } from 'vitest'
import { nuclearNorm } from '../../../src/distribution/frechet/nuclear-norm.ts'
import { multiply } from '../../../src/linear-algebra/multiply.ts'
import { randomMatrix } from '../../linear-algebra/random-matrix.ts'

describe('nuclearNorm', () => {
  test('both ways agree, for either orientation and for a matrix of rank 3', async () => {
    const low = await multiply(randomMatrix(1, 40, 3), randomMatrix(2, 3, 90))
    for (const matrix of [randomMatrix(3, 120, 50), randomMatrix(4, 50, 120), low]) {
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
