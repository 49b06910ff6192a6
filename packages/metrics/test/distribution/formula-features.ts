import type { FeatureMatrix } from '@kinemetric/metrics'

/** The generated side of METRICS §8.3: X(i, j) = sin(0.7i + 1.3j + 0.01ij) + 0.1j. */
export function sineFeatures(rows = 60, dimension = 8): FeatureMatrix {
  return formula(rows, dimension, (i, j) => Math.sin(0.7 * i + 1.3 * j + 0.01 * i * j) + 0.1 * j)
}

/** The reference side: Y(i, j) = 1.1·cos(0.9i + 0.4j + 0.02ij) + 0.12j + 0.05. */
export function cosineFeatures(rows = 60, dimension = 8): FeatureMatrix {
  return formula(rows, dimension, (i, j) => 1.1 * Math.cos(0.9 * i + 0.4 * j + 0.02 * i * j) + 0.12 * j + 0.05)
}

/**
 * Random features that Python can make too (`test/goldens/distribution.py`): the linear congruential generator
 * x ← 1664525·x + 1013904223 mod 2³², and of each state u = x / 2³²; element (i, j) is
 * (u − ½)·(0.2 + (j mod 61)/20) + mean·cos(j), so that the covariance is far from a multiple of the identity.
 */
export function randomFeatures(seed: number, rows: number, dimension: number, mean = 0): FeatureMatrix {
  let state = seed >>> 0
  return formula(rows, dimension, (_, j) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return (state / 2 ** 32 - 0.5) * (0.2 + (j % 61) / 20) + mean * Math.cos(j)
  })
}

function formula(rows: number, dimension: number, value: (i: number, j: number) => number): FeatureMatrix {
  const data = new Float64Array(rows * dimension)
  for (let i = 0; i < rows; i++) for (let j = 0; j < dimension; j++) data[i * dimension + j] = value(i, j)
  return { data, rows, dimension }
}
