import type { FeatureMatrix } from '@kinemetric/metrics'

function matrix(rows: number, dimension: number, value: (i: number, j: number) => number): FeatureMatrix {
  const data = Float32Array.from({ length: rows * dimension }, (_, at) =>
    value(Math.floor(at / dimension), at % dimension),
  )
  return { data, rows, dimension }
}

const OFFSETS = [
  [0, 2],
  [3, 0],
  [1, 4],
  [0, 9],
  [6, 8],
  [2, -3],
] as const

/** The inputs of `goldens/prdc.json`. */
export const prdcInputs = {
  formula: {
    reference: matrix(120, 8, (i, j) => Math.sin(0.7 * i + 1.3 * j + 0.01 * i * j) + 0.1 * j),
    generated: matrix(100, 8, (i, j) => {
      const near = 0.55 * Math.sin(0.7 * (i + 0.37) + 1.3 * j + 0.01 * (i + 0.37) * j)
      return near + 0.1 * j + 0.45 * Math.sin(1.9 * i + 0.8 * j + 0.03 * i * j)
    }),
  },
  /** Whole numbers: many distances are equal, and many points on the edge of a ball. */
  grid: {
    reference: matrix(24, 2, (i, j) => (j === 0 ? 3 * (i % 4) : 4 * Math.floor(i / 4))),
    generated: matrix(30, 2, (i, j) => {
      const [x, y] = OFFSETS[i % 6]
      return j === 0 ? 3 * (i % 5) + x + 2 : 4 * Math.floor(i / 5) + y - 1
    }),
  },
}
