import { describe, expect, test } from 'vitest'
import { multiply } from '../../src/linear-algebra/multiply.ts'
import { squareRoots } from '../../src/linear-algebra/square-roots.ts'
import { randomFeatures } from '../features/formula-features.ts'

describe('squareRoots', () => {
  test('square to the matrix and invert it', async () => {
    const columns = { data: randomFeatures(1, 90, 60).data, rows: 90, columns: 60 }
    const m = await multiply(columns, columns, { transposeA: true })
    const { root, inverseRoot } = await squareRoots(m)
    const squared = await multiply(root, root)
    const unit = await multiply(root, inverseRoot)
    const largest = Math.max(...m.data)
    for (let i = 0; i < 3600; i++) {
      expect(Math.abs(squared.data[i] - m.data[i])).toBeLessThan(1e-12 * largest)
      expect(Math.abs(unit.data[i] - (i % 61 === 0 ? 1 : 0))).toBeLessThan(1e-9)
    }
  })
})
