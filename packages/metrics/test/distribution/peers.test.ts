import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  FeatureStatistics,
  frechetDistance,
  frechetFromFeatures,
  subsetMmds,
  unbiasedMmd,
  type FeatureMatrix,
} from '@kinemetric/metrics'
import { NumpyRandomState } from '../../src/intervals/numpy-random.ts'
import { randomFeatures } from '../features/formula-features.ts'

interface Golden {
  rows: number
  dimension: number
  subsetSize: number
  values: Record<string, number | number[]>
}

// What the libraries themselves print for these features: test/goldens/distribution_goldens.py, versions in the file.
const goldens = JSON.parse(readFileSync(join(import.meta.dirname, '../goldens/distribution-goldens.json'), 'utf8')) as {
  origin: Record<string, string>
  distances: Golden[]
}

const mean = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length

for (const { rows, dimension, subsetSize, values } of goldens.distances) {
  describe(`${rows} rows of ${dimension} dimensions, against the libraries`, () => {
    const generated = randomFeatures(1, rows, dimension)
    const reference = randomFeatures(2, rows, dimension, 0.05)

    // 1e-6 relative: with fewer rows than dimensions the libraries take roots of a singular product, whose zero eigenvalues
    // come out as noise; torchmetrics is 4e-8 off there and scipy 1e-9. With 3,000 rows all agree to 1e-13.
    for (const library of ['torch-fidelity', 'pytorch-fid', 'clean-fid', 'torchmetrics']) {
      test(`FID is ${library}’s within 1e-6 relative`, async () => {
        const { value } = await cachedFrechet(generated, reference)
        expect(Math.abs(value / (values[`fid ${library}`] as number) - 1)).toBeLessThan(1e-6)
      })
    }

    // 1e-9: float64 on both sides.
    test('KID is torch-fidelity’s, subset by subset, within 1e-9', async () => {
      const random = new NumpyRandomState(2020)
      const subsets = await subsetMmds(generated, reference, 100, subsetSize, (n, k) => random.choice(n, k))
      const [average, std] = values['kid torch-fidelity'] as number[]
      expect(Math.abs(mean(subsets) - average)).toBeLessThan(1e-9)
      expect(Math.abs(Math.sqrt(mean(subsets.map((v) => (v - mean(subsets)) ** 2))) - std)).toBeLessThan(1e-9)
    })

    test('KID is clean-fid’s and torchmetrics’ on all rows within 1e-9, and their unseeded subsets scatter around it', async () => {
      const full = await unbiasedMmd(generated, reference)
      for (const name of ['kid clean-fid whole', 'kid torchmetrics whole', 'kid exact']) {
        expect(Math.abs(full - (values[name] as number))).toBeLessThan(1e-9)
      }
      const [scattered, std] = values['kid torchmetrics'] as number[]
      expect(Math.abs(scattered - full)).toBeLessThan((4 * std) / 10)
      expect(Math.abs((values['kid clean-fid'] as number) - full)).toBeLessThan((4 * std) / 10)
    })
  })
}

test('3,000 rows by statistics give what they give by rows', async () => {
  const golden = goldens.distances[1]
  const gaussian = async ({ data, dimension }: FeatureMatrix) => {
    const statistics = new FeatureStatistics(dimension)
    await statistics.add(data)
    return statistics.gaussian(1)
  }
  const a = await gaussian(randomFeatures(1, golden.rows, golden.dimension))
  const b = await gaussian(randomFeatures(2, golden.rows, golden.dimension, 0.05))
  const { value } = await frechetDistance(a, b)
  expect(Math.abs(value / (golden.values['fid pytorch-fid'] as number) - 1)).toBeLessThan(1e-9)
})

const frechets = new Map<FeatureMatrix, ReturnType<typeof frechetFromFeatures>>()

function cachedFrechet(generated: FeatureMatrix, reference: FeatureMatrix): ReturnType<typeof frechetFromFeatures> {
  let result = frechets.get(generated)
  if (result === undefined) frechets.set(generated, (result = frechetFromFeatures(generated, reference)))
  return result
}
