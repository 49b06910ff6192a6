import { describe, expect, test } from 'vitest'
import { findRecipe, fvdSpec, type FeatureMatrix } from '@kinemetric/metrics'
import { frechetEvaluator } from '../../../src/distribution/frechet/frechet-evaluator.ts'
import { frechetInfluence } from '../../../src/distribution/frechet/frechet-gradient.ts'
import { randomFeatures } from '../../features/formula-features.ts'

const recipe = findRecipe(fvdSpec, 'stylegan-v')

describe('frechetInfluence', () => {
  for (const [rows, others, dimension] of [
    [300, 200, 6],
    [40, 200, 80],
    [40, 50, 80],
    [200, 30, 80],
  ]) {
    test(`to first order is the derivative of the distance: ${rows} and ${others} rows of ${dimension}`, async () => {
      const a = randomFeatures(1, rows, dimension)
      const b = randomFeatures(2, others, dimension, 0.2)
      const influence = await frechetInfluence(recipe, a, b)
      expect(Math.abs(influence.reduce((sum, value) => sum + value, 0))).toBeLessThan(1e-9 * rows)
      // A difference quotient around the uniform weights: row i counts 1 ± h. The evaluator's rounding, 2e-8, is divided by h.
      const evaluator = await frechetEvaluator(recipe, a, b, false)
      const h = 1e-3
      for (const i of [0, 1, 2]) {
        const at = async (weight: number) =>
          evaluator.value(Float64Array.from({ length: rows }, (_, k) => (k === i ? weight : 1)))
        const derivative = ((await at(1 + h)) - (await at(1 - h))) / (2 * h)
        expect(Math.abs(derivative - influence[i] / rows)).toBeLessThan(5e-5 + 1e-4 * Math.abs(derivative))
      }
    })
  }

  test('holds for a spectrum that falls over ten decades', async () => {
    const [a, b] = [falling(1, 0), falling(2, 0.2)]
    const influence = await frechetInfluence(recipe, a, b)
    const evaluator = await frechetEvaluator(recipe, a, b, false)
    for (const i of [0, 1, 2]) {
      const at = async (weight: number) =>
        evaluator.value(Float64Array.from({ length: 400 }, (_, k) => (k === i ? weight : 1)))
      const derivative = ((await at(1.001)) - (await at(0.999))) / 0.002
      expect(Math.abs(derivative - influence[i] / 400)).toBeLessThan(1e-5 + 1e-3 * Math.abs(derivative))
    }
  })

  test('is the same in blocks of any size', async () => {
    for (const [rows, dimension] of [
      [300, 6],
      [40, 80],
    ]) {
      const [a, b] = [randomFeatures(1, rows, dimension), randomFeatures(2, 50, dimension, 0.2)]
      const whole = await frechetInfluence(recipe, a, b)
      const blocks = await frechetInfluence(recipe, a, b, 7)
      blocks.forEach((value, i) => expect(value).toBeCloseTo(whole[i], 9))
    }
  })
})

/** Features whose dimensions' spreads fall over five decades, their covariance's eigenvalues over ten. */
function falling(seed: number, shift: number): FeatureMatrix {
  const features = randomFeatures(seed, 400, 20, shift)
  return { ...features, data: features.data.map((value, i) => value * 10 ** (-(i % 20) / 4)) }
}
