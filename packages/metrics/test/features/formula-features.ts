import { FeatureStatistics, type FeatureMatrix, type Gaussian } from '@kinemetric/metrics'

export interface FormulaFeatures extends FeatureMatrix {
  data: Float64Array
}

/** A generated side that Python can make too: X(i, j) = sin(0.7i + 1.3j + 0.01ij) + 0.1j. */
export function sineFeatures(rows = 60, dimension = 8): FormulaFeatures {
  return formula(rows, dimension, (i, j) => Math.sin(0.7 * i + 1.3 * j + 0.01 * i * j) + 0.1 * j)
}

/** The reference side beside it: Y(i, j) = 1.1·cos(0.9i + 0.4j + 0.02ij) + 0.12j + 0.05. */
export function cosineFeatures(rows = 60, dimension = 8): FormulaFeatures {
  return formula(rows, dimension, (i, j) => 1.1 * Math.cos(0.9 * i + 0.4 * j + 0.02 * i * j) + 0.12 * j + 0.05)
}

/**
 * Random features that Python can make too (`goldens/distribution_goldens.py`): element k of the row-major matrix is
 * (u − ½)·(0.2 + (j mod 61)/20) + mean·cos(j), u = hash(k·2654435761 + seed·2246822519)/2³² with murmur3's 32-bit finaliser
 * as the hash, so that the covariance is far from a multiple of the identity.
 */
export function randomFeatures(seed: number, rows: number, dimension: number, mean = 0): FormulaFeatures {
  const start = Math.imul(seed, 2246822519)
  return formula(rows, dimension, (i, j) => {
    const u = hash(Math.imul(i * dimension + j, 2654435761) + start) / 2 ** 32
    return (u - 0.5) * (0.2 + (j % 61) / 20) + mean * Math.cos(j)
  })
}

/** Mean and covariance of features, with divisor N − ddof. */
export async function gaussianOf({ data, dimension }: FeatureMatrix, ddof: 0 | 1 = 1): Promise<Gaussian> {
  const statistics = new FeatureStatistics(dimension)
  await statistics.add(data)
  return statistics.gaussian(ddof)
}

function hash(word: number): number {
  let h = word
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

function formula(rows: number, dimension: number, value: (i: number, j: number) => number): FormulaFeatures {
  const data = new Float64Array(rows * dimension)
  for (let i = 0; i < rows; i++) for (let j = 0; j < dimension; j++) data[i * dimension + j] = value(i, j)
  return { data, rows, dimension }
}
