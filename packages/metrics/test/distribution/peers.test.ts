import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { frechetDistance, frechetFromFeatures, subsetMmds, unbiasedMmd, type FeatureMatrix } from '@kinemetric/metrics'
import { NumpyRandomState } from '../../src/intervals/numpy-random.ts'
import { gaussianOf, randomFeatures } from '../features/formula-features.ts'

interface Golden {
  rows: number
  dimension: number
  subsetSize: number
  values: Record<string, number | number[]>
}

// What the libraries themselves print for these features: test/goldens/distribution_goldens.py, versions in the file.
const goldens: { origin: Record<string, string>; distances: Golden[] } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../goldens/distribution-goldens.json'), 'utf8'),
)

/** The library's number, or its mean and standard deviation over subsets. */
function printed({ values }: Pick<Golden, 'values'>, name: string): [value: number, std: number] {
  const value = values[name]
  if (value === undefined) throw new RangeError(`distribution-goldens.json: expected '${name}', found none`)
  return typeof value === 'number' ? [value, Number.NaN] : [value[0], value[1]]
}

const mean = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length

const isFull = process.env.KINEMETRIC_FULL === '1'
const [few, small, large] = goldens.distances

// 3,000 rows of 2,048 dimensions are more than dimensions as 900 of 256 are, for half a minute: in a full run.
for (const golden of isFull ? [few, small, large] : [few, small]) {
  const { rows, dimension, subsetSize } = golden
  describe(`${rows} rows of ${dimension} dimensions, against the libraries`, () => {
    const generated = randomFeatures(1, rows, dimension)
    const reference = randomFeatures(2, rows, dimension, 0.05)

    // 1e-6 relative: with fewer rows than dimensions the libraries take roots of a singular product, whose zero eigenvalues
    // come out as noise; torchmetrics is 4e-8 off there and scipy 1e-9. With 3,000 rows all agree to 1e-13.
    for (const library of ['torch-fidelity', 'pytorch-fid', 'clean-fid', 'torchmetrics']) {
      test(`FID is ${library}’s within 1e-6 relative`, async () => {
        const { value } = await cachedFrechet(generated, reference)
        expect(Math.abs(value / printed(golden, `fid ${library}`)[0] - 1)).toBeLessThan(1e-6)
      })
    }

    // 1e-9: float64 on both sides.
    test('KID is torch-fidelity’s, subset by subset, within 1e-9', async () => {
      const random = new NumpyRandomState(2020)
      const subsets = await subsetMmds(generated, reference, 100, subsetSize, (n, k) => random.choice(n, k))
      const [average, std] = printed(golden, 'kid torch-fidelity')
      expect(Math.abs(mean(subsets) - average)).toBeLessThan(1e-9)
      expect(Math.abs(Math.sqrt(mean(subsets.map((v) => (v - mean(subsets)) ** 2))) - std)).toBeLessThan(1e-9)
    })

    test('KID is clean-fid’s and torchmetrics’ on all rows within 1e-9, and their unseeded subsets scatter around it', async () => {
      const full = await unbiasedMmd(generated, reference)
      for (const name of ['kid clean-fid whole', 'kid torchmetrics whole', 'kid exact']) {
        expect(Math.abs(full - printed(golden, name)[0])).toBeLessThan(1e-9)
      }
      const [scattered, std] = printed(golden, 'kid torchmetrics')
      expect(Math.abs(scattered - full)).toBeLessThan((4 * std) / 10)
      expect(Math.abs(printed(golden, 'kid clean-fid')[0] - full)).toBeLessThan((4 * std) / 10)
    })
  })
}

test.each(isFull ? [small, large] : [small])('$rows rows by statistics give what they give by rows', async (golden) => {
  const a = await gaussianOf(randomFeatures(1, golden.rows, golden.dimension))
  const b = await gaussianOf(randomFeatures(2, golden.rows, golden.dimension, 0.05))
  const { value } = await frechetDistance(a, b)
  expect(Math.abs(value / printed(golden, 'fid pytorch-fid')[0] - 1)).toBeLessThan(1e-9)
})

const frechets = new Map<FeatureMatrix, ReturnType<typeof frechetFromFeatures>>()

function cachedFrechet(generated: FeatureMatrix, reference: FeatureMatrix): ReturnType<typeof frechetFromFeatures> {
  let result = frechets.get(generated)
  if (result === undefined) frechets.set(generated, (result = frechetFromFeatures(generated, reference)))
  return result
}
