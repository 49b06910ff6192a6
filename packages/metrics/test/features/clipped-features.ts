import type { FeatureMatrix } from '@kinemetric/metrics'
import { selectRows } from '../../src/features/feature-matrix.ts'
import { type FormulaFeatures, randomFeatures } from './formula-features.ts'

/** Random features of clips that have as many rows each. */
export function clipped(
  seed: number,
  clips: number,
  rows: number,
  dimension: number,
  mean = 0,
): FormulaFeatures & { clipOfRow: Int32Array } {
  const features = randomFeatures(seed, clips * rows, dimension, mean)
  return { ...features, clipOfRow: Int32Array.from({ length: clips * rows }, (_, i) => Math.floor(i / rows)) }
}

/** Rows of the clips as often as the weights say. */
export function repeated(features: FeatureMatrix, weights: ArrayLike<number>): FeatureMatrix {
  const rows: number[] = []
  for (let i = 0; i < features.rows; i++) {
    const clip = features.clipOfRow === undefined ? i : features.clipOfRow[i]
    for (let k = 0; k < weights[clip]; k++) rows.push(i)
  }
  return { ...selectRows(features, rows), clipOfRow: undefined }
}
