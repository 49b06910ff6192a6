import type { Matrix } from '../../src/linear-algebra/multiply.ts'
import { randomFeatures } from '../features/formula-features.ts'

/** Random features as a matrix. */
export function randomMatrix(seed: number, rows: number, columns: number): Matrix {
  return { data: randomFeatures(seed, rows, columns).data, rows, columns }
}
